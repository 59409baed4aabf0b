/* What the thread sanitizer must be told of Lua's library; see longjmp.c. */
void osvc_sanitizer(void);
