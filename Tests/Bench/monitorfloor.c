/* monitorfloor ROOT: the looks that svcmon cannot avoid, in one C process. Of the machine: the addresses and the
 * mount table, once. Of each service in ROOT/etc: its file, whether it has launchers, a journal, a flag that
 * freezes it, when it was last pushed, and its devices. One write for each row. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char mounts[1 << 20], addresses[1 << 16], text[1 << 16];

static long contents(int directory, const char *path, char *into, long room)
{
    struct stat is;
    long had = 0, now;
    int file = openat(directory, path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0)
        return -1;
    fstat(file, &is);
    while (had < room - 1 && (now = read(file, into + had, room - 1 - had)) > 0)
        had += now;
    into[had] = 0;
    close(file);
    return had;
}

static int there(int directory, const char *form, const char *name)
{
    char path[512];
    struct stat is;
    snprintf(path, sizeof path, form, name);
    return fstatat(directory, path, &is, 0) == 0;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

int main(int count, char **words)
{
    char *names[10000], line[512], row[512], target[1024], stamp[64];
    int services = 0, down = 0;
    struct ifaddrs *first, *one;
    struct dirent *entry;
    if (count != 2 || chdir(words[1]))
        return 2;
    getifaddrs(&first);
    for (one = first; one; one = one->ifa_next)
        if (one->ifa_addr && one->ifa_addr->sa_family == AF_INET) {
            char shown[64];
            inet_ntop(AF_INET, &((struct sockaddr_in *)one->ifa_addr)->sin_addr, shown, sizeof shown);
            strcat(strcat(addresses, shown), "\n");
        }
    contents(AT_FDCWD, "/proc/self/mountinfo", mounts, sizeof mounts);
    DIR *directory = opendir("etc");
    int etc = dirfd(directory), var = open("var", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while ((entry = readdir(directory)) && services < 10000) {
        char *end = strrchr(entry->d_name, '.');
        if (end && !strcmp(end, ".env"))
            names[services++] = strndup(entry->d_name, end - entry->d_name);
    }
    qsort(names, services, sizeof *names, by_name);
    for (int i = 0; i < services; i++) {
        const char *name = names[i];
        int up = 1;
        snprintf(line, sizeof line, "%s.env", name);
        if (contents(etc, line, text, sizeof text) < 0)
            return 1;
        there(etc, "%s.d", name);
        there(var, "%s/journal", name);
        int frozen = there(var, "FROZEN.%s", name);
        snprintf(line, sizeof line, "%s.push", name);
        contents(var, line, stamp, sizeof stamp);
        for (char *part = strtok(text, "\n"); part; part = strtok(0, "\n")) {
            char *value = strstr(part, " = ");
            struct stat is;
            if (!value)
                continue;
            value += 3;
            if (!strncmp(part, "dev ", 4))
                up &= readlink(value, target, sizeof target) >= 0 || stat(value, &is) == 0;
            else if (!strncmp(part, "mnt ", 4))
                up &= strstr(mounts, value) != 0;
            else if (!strncmp(part, "ipname ", 7))
                up &= strstr(addresses, value) != 0;
        }
        down += !up;
        int length = snprintf(row, sizeof row, "%-20s %-8s %-6s %-8s %s\n", name, "TST", "hosted", up ? "up" : "down",
                              frozen ? "True" : "False");
        if (write(1, row, length) < 0)
            return 1;
    }
    return down == 0;
}
