// Kills the program it is preloaded into at a chosen place, so that a test needs no luck and the program no hook.
//
// STAGE_KILL_AT says where, in the program that STAGE_KILL_WHO names (its children live on, as after any SIGKILL):
//   phase NAME     before it says, with --json, that this phase begins
//   answered TEXT  when the answer to the request that holds TEXT is there, before it is read
//   asked TEXT     when a request that holds TEXT was read, before anything is done about it
//   answers TEXT   when the request that holds TEXT is done and its answer is about to be sent
//   before N       before the Nth record of the journal
//   after N        when the Nth record is on disk, before what it announces
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct ssl_st;

static char where[16];
static char text[200];
static long number;
static const struct ssl_st* marked;  // the connection whose request was seen
static int journal = -1;             // the journal while it is open for a record
static long opened, synced;

__attribute__((constructor)) static void read_order(void)
{
    const char* who = getenv("STAGE_KILL_WHO");
    const char* at = getenv("STAGE_KILL_AT");
    if (!who || !at || strcmp(who, program_invocation_short_name) != 0) return;
    sscanf(at, "%15s %199[^\n]", where, text);
    number = atol(text);
}

static int ordered(const char* kind)
{
    return strcmp(where, kind) == 0;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

size_t fwrite(const void* data, size_t size, size_t count, FILE* file)
{
    static size_t (*real)(const void*, size_t, size_t, FILE*);
    if (!real) real = (size_t(*)(const void*, size_t, size_t, FILE*))dlsym(RTLD_NEXT, "fwrite");
    if (ordered("phase")) {
        char begins[256];
        const int length = snprintf(begins, sizeof begins, "\"event\":\"phase\",\"phase\":\"%s\"", text);
        if (memmem(data, size * count, begins, (size_t)length)) die();
    }
    return real(data, size, count, file);
}

int SSL_write_ex(struct ssl_st* connection, const void* data, size_t size, size_t* written)
{
    static int (*real)(struct ssl_st*, const void*, size_t, size_t*);
    if (!real) real = (int (*)(struct ssl_st*, const void*, size_t, size_t*))dlsym(RTLD_NEXT, "SSL_write_ex");
    if (ordered("answers") && marked == connection) die();
    const int done = real(connection, data, size, written);
    if (ordered("answered") && memmem(data, size, text, strlen(text))) marked = connection;
    return done;
}

int SSL_read_ex(struct ssl_st* connection, void* data, size_t size, size_t* got)
{
    static int (*real)(struct ssl_st*, void*, size_t, size_t*);
    if (!real) real = (int (*)(struct ssl_st*, void*, size_t, size_t*))dlsym(RTLD_NEXT, "SSL_read_ex");
    const int done = real(connection, data, size, got);
    if (done != 1) return done;
    if (ordered("answered") && marked == connection) die();
    const int seen = (ordered("asked") || ordered("answers")) && memmem(data, *got, text, strlen(text));
    if (seen && ordered("asked")) die();
    if (seen) marked = connection;
    return done;
}

int openat(int directory, const char* path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    const int record = (flags & O_APPEND) && strcmp(path, "journal") == 0;
    if (record && ordered("before") && ++opened == number) die();
    const int file = (int)syscall(SYS_openat, directory, path, flags, mode);
    if (record) journal = file;
    return file;
}

int fdatasync(int file)
{
    const int result = (int)syscall(SYS_fdatasync, file);
    if (file == journal && ordered("after") && ++synced == number) die();
    return result;
}
