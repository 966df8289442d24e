/* Lets a program that opens /dev/itc/... speak with itcswitch instead of a packet driver (SCENARIOS.md, Packet devices).
 *
 *   cc -O2 -shared -fPIC -o libitcshim.so itcshim.c -ldl
 *   ITC_TILE=RUNDIR/A LD_PRELOAD=./libitcshim.so PROGRAM
 *
 * As with the driver: one opener at a time, one packet a read and a write, the driver's error numbers.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define FDS_MAX 4096
#define PACKET_BYTES_MAX 255

static unsigned char is_device[FDS_MAX];
static int lock_of[FDS_MAX];
static const char *status_page;

#define REAL(type, name, ...)                       \
  static type (*real)(__VA_ARGS__);                 \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static int is_node(const char *path) { return path && !strncmp(path, "/dev/itc/", 9); }

static int real_open(const char *path, int flags) {
  REAL(int, "open", const char *, int, ...);
  return real(path, flags, 0666);
}

static int real_close(int fd) {
  REAL(int, "close", int);
  return real(fd);
}

static int tile_file(char *into, size_t size, const char *name) {
  const char *tile = getenv("ITC_TILE");
  if (!tile || snprintf(into, size, "%s/%s", tile, name) >= (int)size) {
    errno = ENOENT;
    return -1;
  }
  return 0;
}

static void map_status(void) {
  char path[200];
  if (status_page || tile_file(path, sizeof path, "status") < 0) return;
  int fd = real_open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *page = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
  if (page != MAP_FAILED) status_page = page;
  real_close(fd);
}

static int open_node(int flags) {
  char path[200];
  if (tile_file(path, sizeof path, "lock") < 0) return -1;
  int lock = real_open(path, O_RDWR | O_CREAT | O_CLOEXEC);
  if (lock < 0) return -1;
  if (flock(lock, LOCK_EX | LOCK_NB) < 0) {
    real_close(lock);
    errno = EBUSY;
    return -1;
  }
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  int kind = SOCK_SEQPACKET | SOCK_CLOEXEC | (flags & O_NONBLOCK ? SOCK_NONBLOCK : 0);
  int fd = tile_file(to.sun_path, sizeof to.sun_path, "packets.sock") < 0 ? -1 : socket(AF_UNIX, kind, 0);
  if (fd >= 0) {
    /* What waits in the socket is no queue of the driver: as little as the kernel allows. */
    int least = 1;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &least, sizeof least);
    if (fd < FDS_MAX && connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
      is_device[fd] = 1;
      lock_of[fd] = lock;
      map_status();
      return fd;
    }
    real_close(fd);
  }
  real_close(lock);
  errno = ENOENT;
  return -1;
}

#define OPEN(name)                                                        \
  int name(const char *path, int flags, ...) {                            \
    REAL(int, #name, const char *, int, ...);                             \
    if (is_node(path)) return open_node(flags);                           \
    va_list more;                                                         \
    va_start(more, flags);                                                \
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more);                                                         \
    return real(path, flags, mode);                                       \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                      \
  int name(int folder, const char *path, int flags, ...) {                \
    REAL(int, #name, int, const char *, int, ...);                        \
    if (is_node(path)) return open_node(flags);                           \
    va_list more;                                                         \
    va_start(more, flags);                                                \
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more);                                                         \
    return real(folder, path, flags, mode);                               \
  }
OPENAT(openat)
OPENAT(openat64)

static void forget(int fd) {
  if (fd >= 0 && fd < FDS_MAX && is_device[fd]) {
    is_device[fd] = 0;
    real_close(lock_of[fd]);
  }
}

int close(int fd) {
  forget(fd);
  return real_close(fd);
}

int dup2(int from, int to) {
  REAL(int, "dup2", int, int);
  forget(to);
  return real(from, to);
}

static int refused(int number) {
  errno = number;
  return -1;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (fd < 0 || fd >= FDS_MAX || !is_device[fd]) return real(fd, bytes, count);
  if (count == 0 || count > PACKET_BYTES_MAX) return refused(EINVAL);
  unsigned char first = *(const unsigned char *)bytes;
  if (!(first & 0x80)) return refused(ENXIO);
  if (status_page && status_page[7 - (first & 7)] == '0') return refused(EHOSTUNREACH);
  return real(fd, bytes, count);
}

/* The node, as a character device that is there while the switch has a socket for it. */
static int stat_node(mode_t *mode, dev_t *device, ino_t *inode) {
  REAL(int, "lstat", const char *, struct stat *);
  char path[200];
  struct stat found;
  if (tile_file(path, sizeof path, "packets.sock") < 0 || real(path, &found) < 0) return refused(ENOENT);
  *mode = S_IFCHR | 0600;
  *device = makedev(240, 2);
  *inode = found.st_ino;
  return 0;
}

#define FILL(into)                                                        \
  memset(into, 0, sizeof *into);                                          \
  return stat_node(&into->st_mode, &into->st_rdev, &into->st_ino)

#define STAT(name, type)                                                  \
  int name(const char *path, struct type *into) {                         \
    REAL(int, #name, const char *, struct type *);                        \
    if (!is_node(path)) return real(path, into);                          \
    FILL(into);                                                           \
  }
STAT(stat, stat)
STAT(lstat, stat)
STAT(stat64, stat64)
STAT(lstat64, stat64)

#define XSTAT(name, type)                                                 \
  int name(int version, const char *path, struct type *into) {            \
    REAL(int, #name, int, const char *, struct type *);                   \
    if (!is_node(path)) return real(version, path, into);                 \
    FILL(into);                                                           \
  }
XSTAT(__xstat, stat)
XSTAT(__lxstat, stat)
XSTAT(__xstat64, stat64)
XSTAT(__lxstat64, stat64)

#define STATAT(name, type)                                                \
  int name(int folder, const char *path, struct type *into, int flags) {  \
    REAL(int, #name, int, const char *, struct type *, int);              \
    if (!is_node(path)) return real(folder, path, into, flags);           \
    FILL(into);                                                           \
  }
STATAT(fstatat, stat)
STATAT(fstatat64, stat64)

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *into) {
  REAL(int, "statx", int, const char *, int, unsigned, struct statx *);
  if (!is_node(path)) return real(folder, path, flags, mask, into);
  mode_t mode;
  dev_t device;
  ino_t inode;
  if (stat_node(&mode, &device, &inode) < 0) return -1;
  memset(into, 0, sizeof *into);
  into->stx_mask = STATX_BASIC_STATS;
  into->stx_mode = mode;
  into->stx_ino = inode;
  into->stx_rdev_major = major(device);
  into->stx_rdev_minor = minor(device);
  return 0;
}
