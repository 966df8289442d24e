package dev.tilecast.transport.tcp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/**
 * A connection through TLS. After the handshake one thread may read while another writes. Closing
 * says no farewell: every frame has its length, so nobody is deceived by an early end.
 */
final class TlsChannel implements ByteChannel {
  /** Records gathered into one write. */
  private static final int RECORDS_AT_ONCE = 4;

  private static final int READ_BYTES = 64 << 10;

  private final SocketChannel socket;
  private final SSLEngine engine;
  private final long deadlineNanos;

  /** Enciphered bytes that have come, in the state in which they are taken from it. */
  private final ByteBuffer in;

  /** What came deciphered before the first read. */
  private final ByteBuffer first;

  /** Guards {@link #out}: who reads must write, too, when the keys change. */
  private final Object writing = new Object();

  private final ByteBuffer out;

  /** Guards {@link #answers}, and the order of records; never held while anything is written. */
  private final Object wrapping = new Object();

  /** What the engine has to say after the handshake, for the next write. */
  private final ByteBuffer answers;

  TlsChannel(SocketChannel socket, SSLEngine engine, long deadlineNanos) {
    this.socket = socket;
    this.engine = engine;
    this.deadlineNanos = deadlineNanos;
    int recordBytes = engine.getSession().getPacketBufferSize();
    in = ByteBuffer.allocate(Math.max(READ_BYTES, recordBytes)).flip();
    out = ByteBuffer.allocate(RECORDS_AT_ONCE * recordBytes);
    answers = ByteBuffer.allocate(2 * recordBytes);
    first = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
  }

  /** What is below it. */
  SocketChannel socket() {
    return socket;
  }

  /** Shakes hands before the deadline, and however slowly the far end speaks. */
  void handshake() throws IOException {
    engine.beginHandshake();
    for (HandshakeStatus status = engine.getHandshakeStatus();
        status != HandshakeStatus.NOT_HANDSHAKING;
        status = engine.getHandshakeStatus()) {
      switch (status) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> flush();
        default -> fill();
      }
    }
  }

  /** Waits until bytes of the far end have come through, which are given by the next read. */
  void awaitFirstBytes() throws IOException {
    while (!first.hasRemaining()) {
      fill();
      if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
        runTasks();
      }
    }
  }

  /** Writes all of {@code bytes}. */
  void writeFully(byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      write(left);
    }
  }

  /** Lets the far end know what our side of a failed handshake has to say, if it still can. */
  void sayWhy() {
    try {
      engine.closeOutbound();
      flush();
      socket.shutdownOutput();
    } catch (IOException e) {
      // It is told here, which is what counts.
      return;
    }
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    if (first.hasRemaining()) {
      int length = first.remaining();
      to.put(first);
      return length;
    }
    while (true) {
      SSLEngineResult result = engine.unwrap(in, to);
      react(result);
      if (result.bytesProduced() > 0) {
        return result.bytesProduced();
      }
      if (result.getStatus() == Status.CLOSED) {
        return -1;
      }
      if (result.getStatus() == Status.BUFFER_UNDERFLOW && !readMore()) {
        return -1;
      }
      if (result.getStatus() == Status.BUFFER_OVERFLOW) {
        return 0;
      }
    }
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    synchronized (writing) {
      int before = from.remaining();
      int recordBytes = engine.getSession().getPacketBufferSize();
      synchronized (wrapping) {
        out.clear().put(answers.flip());
        answers.clear();
        while (from.hasRemaining() && out.remaining() >= recordBytes) {
          if (engine.wrap(from, out).getStatus() == Status.CLOSED) {
            throw new IOException("the TLS connection is closed");
          }
        }
      }
      writeOut();
      return before - from.remaining();
    }
  }

  @Override
  public boolean isOpen() {
    return socket.isOpen();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private boolean readMore() throws IOException {
    in.compact();
    try {
      return socket.read(in) >= 0;
    } finally {
      in.flip();
    }
  }

  private void react(SSLEngineResult result) throws IOException {
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks();
    }
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
        && result.getStatus() != Status.CLOSED) {
      answer();
    }
  }

  /** Who reads waits for no write: both ends would wait for each other's reader. */
  private void answer() throws IOException {
    ByteBuffer nothing = ByteBuffer.allocate(0);
    synchronized (wrapping) {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        if (engine.wrap(nothing, answers).getStatus() != Status.OK) {
          throw new IOException("the far end changes its keys without end");
        }
      }
    }
  }

  /** Deciphers what is there, into {@link #first}, or reads more until the deadline. */
  private void fill() throws IOException {
    first.compact();
    SSLEngineResult result;
    try {
      result = engine.unwrap(in, first);
    } finally {
      first.flip();
    }
    if (result.getStatus() == Status.CLOSED) {
      throw new EOFException("the far end ended it");
    }
    if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
      readUntilDeadline();
    }
  }

  /** The channel itself knows no time-out; the stream of its socket does. */
  private void readUntilDeadline() throws IOException {
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (leftMillis <= 0) {
      throw new SocketTimeoutException("it was not done in time");
    }
    socket.socket().setSoTimeout((int) Math.min(leftMillis, Integer.MAX_VALUE));
    in.compact();
    try {
      InputStream stream = socket.socket().getInputStream();
      int got = stream.read(in.array(), in.position(), in.remaining());
      if (got < 0) {
        throw new EOFException("the far end closed the connection");
      }
      in.position(in.position() + got);
    } catch (SocketTimeoutException e) {
      throw new SocketTimeoutException("it was not done in time");
    } finally {
      in.flip();
    }
  }

  /** Writes what the engine itself has to say, in one piece. */
  private void flush() throws IOException {
    synchronized (writing) {
      ByteBuffer nothing = ByteBuffer.allocate(0);
      int recordBytes = engine.getSession().getPacketBufferSize();
      out.clear();
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
          && out.remaining() >= recordBytes) {
        if (engine.wrap(nothing, out).getStatus() == Status.CLOSED) {
          break;
        }
      }
      writeOut();
    }
  }

  private void writeOut() throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      socket.write(out);
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }
}
