package dev.tilecast.engine.message;

import java.util.ArrayList;
import java.util.List;

/**
 * What a version's file consists of: a head and all its pages, checked against each other.
 *
 * @param head signer, lengths and page digests
 * @param pages every page, in order
 */
public record Manifest(ManifestHead head, List<ManifestPage> pages) {
  public Manifest {
    pages = List.copyOf(pages);
    if (pages.size() != head.pageDigests().size()) {
      throw new IllegalArgumentException(
          pages.size() + " pages, expected " + head.pageDigests().size());
    }
    long length = 0;
    for (int i = 0; i < pages.size(); i++) {
      ManifestPage page = pages.get(i);
      if (!Bytes.sha256(page.encode().toArray()).equals(head.pageDigests().get(i))) {
        throw new IllegalArgumentException("page " + i + " is not the one that the head names");
      }
      length += page.chunks().stream().mapToLong(ChunkRef::length).sum();
    }
    if (length != head.fileLength()) {
      throw new IllegalArgumentException(
          "chunks of " + length + " bytes, expected " + head.fileLength());
    }
  }

  /** The manifest of a file with these {@code chunks}, in order. */
  public static Manifest of(
      Version version, String handle, Bytes fingerprint, Bytes signature, List<ChunkRef> chunks) {
    List<ManifestPage> pages = new ArrayList<>();
    List<Bytes> digests = new ArrayList<>();
    long length = 0;
    for (int from = 0; from < chunks.size(); from += ManifestPage.CHUNKS_MAX) {
      int to = Math.min(from + ManifestPage.CHUNKS_MAX, chunks.size());
      ManifestPage page = new ManifestPage(chunks.subList(from, to));
      pages.add(page);
      digests.add(Bytes.sha256(page.encode().toArray()));
      length += page.chunks().stream().mapToLong(ChunkRef::length).sum();
    }
    ManifestHead head =
        new ManifestHead(version, handle, fingerprint, signature, length, chunks.size(), digests);
    return new Manifest(head, pages);
  }

  /** All chunks, in the order of the file. */
  public List<ChunkRef> chunks() {
    List<ChunkRef> all = new ArrayList<>();
    pages.forEach(page -> all.addAll(page.chunks()));
    return all;
  }
}
