package dev.tilecast.transport.tcp;

import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The TLS of one link: our key, and the one key of the neighbor. Nothing else in a certificate is
 * looked at, least of all its dates: a tile has no clock.
 */
final class TlsContext {
  private final LinkSecurity.Tls security;
  private final long handshakeNanos;
  private final SSLContext context;
  private final LongAdder foreignKeys = new LongAdder();
  private final LongAdder failed = new LongAdder();

  TlsContext(LinkSecurity.Tls security, long handshakeNanos) throws IOException {
    this.security = security;
    this.handshakeNanos = handshakeNanos;
    try {
      KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
      keys.load(null, null);
      char[] noPassword = new char[0];
      keys.setKeyEntry(
          "link",
          security.own().privateKey(),
          noPassword,
          new Certificate[] {security.own().certificate()});
      KeyManagerFactory ours =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      ours.init(keys, noPassword);
      context = SSLContext.getInstance("TLSv1.3");
      context.init(ours.getKeyManagers(), new TrustManager[] {new Pin()}, new SecureRandom());
    } catch (GeneralSecurityException e) {
      throw new IOException("this Java cannot do TLS 1.3: " + Connection.words(e), e);
    }
  }

  /** Handshakes in which another key than the pinned one was shown. */
  long foreignKeys() {
    return foreignKeys.sum();
  }

  /** All other handshakes that came to nothing. */
  long failed() {
    return failed.sum();
  }

  /**
   * Shakes hands over a connection, within the time that a handshake may take.
   *
   * @param connects whether it is we who connected
   * @throws IOException in words for a person; the socket is still open then
   */
  TlsChannel open(SocketChannel socket, boolean connects) throws IOException {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(connects);
    engine.setNeedClientAuth(true);
    engine.setEnabledProtocols(new String[] {"TLSv1.3"});
    TlsChannel channel = new TlsChannel(socket, engine, System.nanoTime() + handshakeNanos);
    try {
      try {
        channel.handshake();
      } catch (RuntimeException e) {
        // Of the readers of a foreign certificate, perhaps: no input may end the process.
        throw new IOException("what came was not understood: " + e, e);
      }
      if (connects) {
        channel.awaitFirstBytes();
      } else {
        // Who connects learns by it that we have taken its key: its own handshake ends before.
        channel.writeFully(Connection.EMPTY_FRAME);
      }
      return channel;
    } catch (IOException e) {
      StrangerException stranger = strangerIn(e);
      (stranger == null ? failed : foreignKeys).increment();
      channel.sayWhy();
      throw new IOException(stranger == null ? words(e) : stranger.getMessage(), e);
    }
  }

  private String words(IOException e) {
    return "the TLS handshake failed: "
        + Connection.words(e)
        + ". Here the neighbor with the link key "
        + security.neighbor()
        + " is expected; there this tile's must be pinned: "
        + security.own().fingerprint();
  }

  private static StrangerException strangerIn(Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof StrangerException stranger) {
        return stranger;
      }
    }
    return null;
  }

  /** Somebody has shown a key that is not the pinned one. */
  private static final class StrangerException extends CertificateException {
    private static final long serialVersionUID = 1L;

    StrangerException(Fingerprint seen, Fingerprint expected) {
      super(
          "the far end has the link key "
              + seen
              + ", and not the pinned one, "
              + expected
              + "; if it is the neighbor, pair again with: tilecast links pair");
    }
  }

  /** Trusts whoever proves to have the pinned key. */
  private final class Pin extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      Fingerprint seen = Fingerprint.of(chain[0].getPublicKey());
      if (!seen.equals(security.neighbor())) {
        throw new StrangerException(seen, security.neighbor());
      }
    }
  }
}
