/* What happens before anything else in the program; nothing of it is called. See start.c. */
