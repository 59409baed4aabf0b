/* spawnloop N PROGRAM: starts PROGRAM N times by posix_spawn, one after another, waiting for each. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
extern char**environ;
int main(int c,char**v){if(c!=3){fputs("usage: spawnloop N PROGRAM\n",stderr);return 2;}
 int bad=0;char*a[]={v[2],0};
 for(int i=atoi(v[1]);i>0;i--){pid_t p;int s;if(posix_spawn(&p,v[2],0,0,a,environ)||waitpid(p,&s,0)!=p||s)bad=1;}
 return bad;}
