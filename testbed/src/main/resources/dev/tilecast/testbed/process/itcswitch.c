/* Plays the packet drivers and the wires of some tiles (SCENARIOS.md, Packet devices).
 *
 *   cc -O2 -o itcswitch itcswitch.c
 *   ./itcswitch RUNDIR [--topo line:N | --topo grid:WxH | --link A.ET=B.WT ...]
 *               [--rate BYTES/S] [--latency MS] [--loss P] [--corrupt P] [--seed N]
 *
 * RUNDIR/T/packets.sock is the device of tile T (itcshim.c connects to it), RUNDIR/T/status and RUNDIR/T/statistics
 * are the driver's files. Commands at RUNDIR/ctl.sock, a line each:
 *   down T.DIR | up T.DIR | loss P | vanish T | return T | stats | quit
 *
 * As on a tile: the directions ET SE SW share one queue of 16 KiB, WT NW NE another; from there a packet moves into
 * the 1 KiB ring of its direction while every ring of the three has room; the ring waits while its wire is down.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define TILES_MAX 64
#define PACKET_MAX 255
#define READ_MAX 512
#define QUEUE_BYTES 16384
#define RING_BYTES 1024
#define RING_ROOM 257

static const char *names[8] = {"NT", "NE", "ET", "SE", "ST", "SW", "WT", "NW"};
static const int step_x[8] = {0, 1, 2, 1, 0, -1, -2, -1};
static const int step_y[8] = {1, 1, 0, -1, -1, -1, 0, 1};
static const int group_of[8] = {-1, 1, 0, 0, -1, 0, 1, 1};

typedef struct packet {
  struct packet *next;
  double at; /* when it arrives */
  int length;
  unsigned char bytes[PACKET_MAX];
} packet;

typedef struct {
  packet *head, **tail;
  int bytes; /* with the length byte of each */
} fifo;

typedef struct {
  int peer; /* a tile, or -1 */
  int up;
  double free_at; /* when the wire is idle */
  fifo ring, wire;
  int waiting, most; /* bytes of its packets in the queue of its group, and the most that ever were */
  unsigned ups, downs, sent, sent_bytes, received, received_bytes, lost, full, corrupted;
} port;

typedef struct {
  char name[16];
  int x, y;
  port ports[8];
  fifo queues[2];
  int listener, client;
  packet *held; /* read from the client, and the queue had no room */
  unsigned refused;
  int stale; /* the statistics file is */
} tile;

static tile tiles[TILES_MAX];
static int tile_count;
static double rate = 0, latency = 0, loss = 0, corruption = 0;
static char folder[100];
static volatile sig_atomic_t quit;

static void die(const char *what) {
  fprintf(stderr, "itcswitch: %s: %s\n", what, strerror(errno));
  exit(2);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void push(fifo *q, packet *p) {
  p->next = 0;
  if (!q->head) q->tail = &q->head;
  *q->tail = p;
  q->tail = &p->next;
  q->bytes += p->length + 1;
}

static packet *pop(fifo *q) {
  packet *p = q->head;
  q->head = p->next;
  q->bytes -= p->length + 1;
  return p;
}

/* ---- tiles and links ---- */

static int find(const char *name) {
  for (int i = 0; i < tile_count; i++)
    if (!strcmp(tiles[i].name, name)) return i;
  return -1;
}

static int direction(const char *name) {
  for (int d = 0; d < 8; d++)
    if (!strcasecmp(names[d], name)) return d;
  return -1;
}

static int add(const char *name, int x, int y) {
  int i = find(name);
  if (i >= 0) return i;
  if (tile_count == TILES_MAX) {
    fprintf(stderr, "itcswitch: more than %d tiles\n", TILES_MAX);
    exit(2);
  }
  tile *t = &tiles[i = tile_count++];
  snprintf(t->name, sizeof t->name, "%s", name);
  t->x = x;
  t->y = y;
  t->client = t->listener = -1;
  for (int d = 0; d < 8; d++) t->ports[d].peer = -1;
  return i;
}

static void join(int a, int d, int b) {
  port *there = &tiles[a].ports[d], *back = &tiles[b].ports[(d + 4) & 7];
  there->peer = b;
  back->peer = a;
  there->up = back->up = 1;
  there->ups = back->ups = 1;
}

static void add_number(int i, int x, int y) {
  char name[16];
  if (i < 26) snprintf(name, sizeof name, "%c", 'A' + i);
  else snprintf(name, sizeof name, "T%d", i);
  add(name, x, y);
}

static void join_neighbors(void) {
  for (int i = 0; i < tile_count; i++)
    for (int j = 0; j < tile_count; j++)
      for (int d = 0; d < 8; d++)
        if (group_of[d] >= 0 && tiles[i].x + step_x[d] == tiles[j].x && tiles[i].y + step_y[d] == tiles[j].y) join(i, d, j);
}

/* ---- the driver's files ---- */

static void replace(const char *path, const char *text) {
  char next[310];
  snprintf(next, sizeof next, "%s.next", path);
  FILE *f = fopen(next, "w");
  if (!f) die(next);
  fputs(text, f);
  fclose(f);
  if (rename(next, path) < 0) die(path);
}

static void write_status(tile *t) {
  char path[300], text[10] = "00000000\n";
  for (int d = 0; d < 8; d++)
    if (t->ports[d].peer >= 0 && t->ports[d].up) text[7 - d] = '1';
  snprintf(path, sizeof path, "%s/%s/status", folder, t->name);
  /* In place: the shim has it mapped. */
  int fd = open(path, O_WRONLY | O_CREAT, 0644);
  if (fd < 0 || pwrite(fd, text, 9, 0) != 9) die(path);
  close(fd);
  t->stale = 1;
}

static void write_statistics(tile *t) {
  char path[300], text[2000];
  int n = sprintf(text, "dir psan sfan toan mfmbsent mfmbrcvd mfmpsent mfmprcvd svcbsent svcbrcvd svcpsent svcprcvd\n");
  for (int d = 0; d < 8; d++) {
    port *p = &t->ports[d];
    n += sprintf(text + n, "%d %u %u 0 0 0 0 0 %u %u %u %u\n", d, p->ups, p->downs, p->sent_bytes, p->received_bytes, p->sent, p->received);
  }
  snprintf(path, sizeof path, "%s/%s/statistics", folder, t->name);
  replace(path, text);
  t->stale = 0;
}

/* ---- clients ---- */

static int listen_at(const char *path, int kind) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  if (snprintf(at.sun_path, sizeof at.sun_path, "%s", path) >= (int)sizeof at.sun_path) {
    errno = ENAMETOOLONG;
    die(path);
  }
  unlink(path);
  int fd = socket(AF_UNIX, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (void *)&at, sizeof at) < 0 || listen(fd, 8) < 0) die(path);
  return fd;
}

static void appear(tile *t) {
  char path[300];
  snprintf(path, sizeof path, "%s/%s/packets.sock", folder, t->name);
  if (t->listener < 0) t->listener = listen_at(path, SOCK_SEQPACKET);
}

static void drop_client(tile *t) {
  if (t->client >= 0) close(t->client);
  t->client = -1;
  free(t->held);
  t->held = 0;
}

static void vanish(tile *t) {
  char path[300];
  snprintf(path, sizeof path, "%s/%s/packets.sock", folder, t->name);
  unlink(path);
  if (t->listener >= 0) close(t->listener);
  t->listener = -1;
  drop_client(t);
}

static void take_client(tile *t) {
  int fd = accept4(t->listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  drop_client(t);
  t->client = fd;
}

/* Into the queue of its group; 0 where it must be held. */
static int queue(tile *t, packet *p) {
  fifo *q = &t->queues[group_of[p->bytes[0] & 7]];
  if (q->bytes + p->length + 1 > QUEUE_BYTES) return 0;
  push(q, p);
  port *out = &t->ports[p->bytes[0] & 7];
  out->waiting += p->length;
  if (out->waiting > out->most) out->most = out->waiting;
  return 1;
}

static void read_client(tile *t) {
  unsigned char b[READ_MAX];
  while (t->client >= 0 && !t->held) {
    ssize_t n = recv(t->client, b, sizeof b, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      drop_client(t);
      return;
    }
    int d = b[0] & 7;
    if (n > PACKET_MAX || !(b[0] & 0x80) || group_of[d] < 0 || t->ports[d].peer < 0) {
      t->refused++;
      continue;
    }
    packet *p = malloc(sizeof *p);
    if (!p) die("malloc");
    p->length = (int)n;
    memcpy(p->bytes, b, (size_t)n);
    if (!queue(t, p)) t->held = p;
  }
}

/* ---- the way of a packet ---- */

static int rings_have_room(tile *t, int group) {
  for (int d = 0; d < 8; d++)
    if (group_of[d] == group && RING_BYTES - t->ports[d].ring.bytes <= RING_ROOM) return 0;
  return 1;
}

static void ship(tile *t) {
  for (int g = 0; g < 2; g++)
    while (t->queues[g].head && rings_have_room(t, g)) {
      packet *p = pop(&t->queues[g]);
      port *out = &t->ports[p->bytes[0] & 7];
      out->waiting -= p->length;
      out->sent++;
      out->sent_bytes += (unsigned)p->length;
      t->stale = 1;
      push(&out->ring, p);
    }
  if (t->held && queue(t, t->held)) t->held = 0;
}

static void transmit(port *out, int d, double t) {
  while (out->up && out->ring.head && out->free_at <= t) {
    packet *p = pop(&out->ring);
    double from = out->free_at > t - 0.001 ? out->free_at : t;
    out->free_at = from + (rate > 0 ? p->length / rate : 0);
    if (drand48() < loss) {
      out->lost++;
      free(p);
      continue;
    }
    if (drand48() < corruption) {
      p->bytes[(int)(drand48() * p->length)] ^= (unsigned char)(1 << (int)(drand48() * 8));
      out->corrupted++;
    }
    p->bytes[0] = (unsigned char)((p->bytes[0] & ~7) | ((d + 4) & 7));
    p->at = out->free_at + latency;
    push(&out->wire, p);
  }
}

static void deliver(port *out, int d, double t) {
  while (out->wire.head && out->wire.head->at <= t) {
    packet *p = pop(&out->wire);
    tile *to = &tiles[out->peer];
    port *in = &to->ports[(d + 4) & 7];
    if (!out->up || to->client < 0) out->lost++;
    else if (send(to->client, p->bytes, (size_t)p->length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) out->full++;
    else {
      in->received++;
      in->received_bytes += (unsigned)p->length;
      to->stale = 1;
    }
    free(p);
  }
}

/* ---- commands ---- */

static int set_link(const char *text, int up) {
  char name[32];
  snprintf(name, sizeof name, "%s", text);
  char *dot = strchr(name, '.');
  if (!dot) return 0;
  *dot = 0;
  int i = find(name), d = direction(dot + 1);
  if (i < 0 || d < 0 || tiles[i].ports[d].peer < 0) return 0;
  tile *far = &tiles[tiles[i].ports[d].peer];
  port *ends[2] = {&tiles[i].ports[d], &far->ports[(d + 4) & 7]};
  for (int e = 0; e < 2; e++) {
    if (ends[e]->up != up) *(up ? &ends[e]->ups : &ends[e]->downs) += 1;
    ends[e]->up = up;
  }
  write_status(&tiles[i]);
  write_status(far);
  return 1;
}

static void tell_stats(FILE *f) {
  for (int i = 0; i < tile_count; i++)
    for (int d = 0; d < 8; d++) {
      port *p = &tiles[i].ports[d];
      if (p->peer >= 0)
        fprintf(f, "%s.%s to %s %s sent %u received %u lost %u full %u corrupted %u waiting %d most %d\n", tiles[i].name, names[d], tiles[p->peer].name,
                p->up ? "up" : "down", p->sent, p->received, p->lost, p->full, p->corrupted, p->waiting, p->most);
    }
}

static void command(char *line, FILE *f) {
  char word[32] = "", of[32] = "";
  sscanf(line, "%31s %31s", word, of);
  int ok = 1, i = find(of);
  if (!strcmp(word, "stats")) tell_stats(f);
  else if (!strcmp(word, "down")) ok = set_link(of, 0);
  else if (!strcmp(word, "up")) ok = set_link(of, 1);
  else if (!strcmp(word, "loss")) loss = atof(of);
  else if (!strcmp(word, "vanish") && i >= 0) vanish(&tiles[i]);
  else if (!strcmp(word, "return") && i >= 0) appear(&tiles[i]);
  else if (!strcmp(word, "quit")) quit = 1;
  else ok = 0;
  fprintf(f, ok ? "ok\n" : "what?\n");
  fflush(f);
}

static void converse(int listener) {
  int fd = accept4(listener, 0, 0, SOCK_CLOEXEC);
  if (fd < 0) return;
  struct timeval patience = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
  char line[256];
  while (in && out && fgets(line, sizeof line, in)) command(line, out);
  if (in) fclose(in);
  if (out) fclose(out);
}

/* ---- main ---- */

static void on_signal(int s) {
  (void)s;
  quit = 1;
}

static void usage(const char *what) {
  fprintf(stderr, "itcswitch: %s; usage is at the head of itcswitch.c\n", what);
  exit(2);
}

static void options(int count, char **words) {
  if (count < 2) usage("no RUNDIR");
  snprintf(folder, sizeof folder, "%s", words[1]);
  for (int k = 2; k < count; k += 2) {
    const char *option = words[k], *value = k + 1 < count ? words[k + 1] : "";
    char from[16], out[4], to[16], back[4];
    int w, h;
    if (!strcmp(option, "--topo") && sscanf(value, "line:%d", &w) == 1) {
      for (int i = 0; i < w; i++) add_number(i, 2 * i, 0);
      join_neighbors();
    } else if (!strcmp(option, "--topo") && sscanf(value, "grid:%dx%d", &w, &h) == 2) {
      for (int j = 0; j < h; j++)
        for (int i = 0; i < w; i++) add_number(j * w + i, 2 * i + (j & 1), -j);
      join_neighbors();
    } else if (!strcmp(option, "--link") && sscanf(value, "%15[^.].%3[A-Z]=%15[^.].%3[A-Z]", from, out, to, back) == 4) {
      int d = direction(out);
      if (d < 0 || group_of[d] < 0 || direction(back) != ((d + 4) & 7)) usage("a link joins opposite directions");
      int a = add(from, 1000 * tile_count, 1000), b = add(to, 1000 * tile_count, 1000);
      if (a == b || tiles[a].ports[d].peer >= 0 || tiles[b].ports[(d + 4) & 7].peer >= 0) usage("a link joins two tiles, and a direction has one link");
      join(a, d, b);
    } else if (!strcmp(option, "--rate")) rate = atof(value);
    else if (!strcmp(option, "--latency")) latency = atof(value) / 1000;
    else if (!strcmp(option, "--loss")) loss = atof(value);
    else if (!strcmp(option, "--corrupt")) corruption = atof(value);
    else if (!strcmp(option, "--seed")) srand48(atol(value));
    else usage(option);
  }
  if (!tile_count) usage("no tiles");
}

int main(int count, char **words) {
  srand48(1);
  options(count, words);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, on_signal);
  signal(SIGINT, on_signal);
  /* Whoever started it may be killed. */
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  char path[300];
  mkdir(folder, 0755);
  snprintf(path, sizeof path, "%s/in-use", folder);
  int in_use = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (in_use < 0) die(path);
  if (flock(in_use, LOCK_EX | LOCK_NB) < 0) usage("devices are played in RUNDIR already");
  for (int i = 0; i < tile_count; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, tiles[i].name);
    mkdir(path, 0755);
    write_status(&tiles[i]);
    write_statistics(&tiles[i]);
    appear(&tiles[i]);
  }
  snprintf(path, sizeof path, "%s/ctl.sock", folder);
  int control = listen_at(path, SOCK_STREAM);
  printf("ready");
  for (int i = 0; i < tile_count; i++) printf(" %s", tiles[i].name);
  printf("\n");
  fflush(stdout);
  while (!quit) {
    struct pollfd polled[2 * TILES_MAX + 1];
    double t = now(), wake = t + 0.5;
    int n = 0;
    polled[n++] = (struct pollfd){.fd = control, .events = POLLIN};
    for (int i = 0; i < tile_count; i++) {
      tile *it = &tiles[i];
      polled[n++] = (struct pollfd){.fd = it->listener, .events = POLLIN};
      polled[n++] = (struct pollfd){.fd = it->client, .events = it->held ? 0 : POLLIN};
      for (int d = 0; d < 8; d++) {
        port *p = &it->ports[d];
        if (p->wire.head && p->wire.head->at < wake) wake = p->wire.head->at;
        if (p->up && p->ring.head && p->free_at < wake) wake = p->free_at;
      }
      if (it->stale && t + 0.001 < wake) wake = t + 0.001;
    }
    double wait = wake > t ? wake - t : 0;
    struct timespec span = {(time_t)wait, (long)((wait - (double)(time_t)wait) * 1e9)};
    ppoll(polled, (nfds_t)n, &span, 0);
    if (polled[0].revents) converse(control);
    for (int i = 0; i < tile_count; i++) {
      if (polled[1 + 2 * i].revents && tiles[i].listener >= 0) take_client(&tiles[i]);
      if (polled[2 + 2 * i].revents) read_client(&tiles[i]);
    }
    t = now();
    for (int i = 0; i < tile_count; i++)
      for (int d = 0; d < 8; d++) deliver(&tiles[i].ports[d], d, t);
    for (int i = 0; i < tile_count; i++) {
      ship(&tiles[i]);
      for (int d = 0; d < 8; d++) transmit(&tiles[i].ports[d], d, t);
      ship(&tiles[i]);
      if (tiles[i].stale) write_statistics(&tiles[i]);
    }
  }
  return 0;
}
