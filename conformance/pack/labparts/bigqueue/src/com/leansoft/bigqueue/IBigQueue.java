package com.leansoft.bigqueue;

import java.io.Closeable;
import java.io.IOException;

/** A first-in-first-out queue of byte arrays that is kept in files. */
public interface IBigQueue extends Closeable {

    boolean isEmpty();

    /** Append one item at the back. */
    void enqueue(byte[] data) throws IOException;

    /** Take the front item away; null when the queue is empty. */
    byte[] dequeue() throws IOException;

    /** The front item, which stays; null when the queue is empty. */
    byte[] peek() throws IOException;

    /** Forget all items. */
    void removeAll() throws IOException;

    /** Give the disk space of taken items back. */
    void gc() throws IOException;

    /** Force what was written to the disk. */
    void flush();

    /** Number of items. */
    long size();
}
