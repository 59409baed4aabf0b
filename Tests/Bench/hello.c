/* hello: the least a static program costs. */
#include <stdio.h>
int main(void){puts("hello 0");return 0;}
