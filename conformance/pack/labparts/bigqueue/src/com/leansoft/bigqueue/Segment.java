package com.leansoft.bigqueue;

import java.io.Closeable;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.CRC32;

/**
 * One file of items, each as length (int), CRC-32 of the data (int) and data.
 *
 * <p>RandomAccessFile instead of a channel: an interrupt of the calling thread would close a channel for good.
 */
final class Segment implements Closeable {

    static final String SUFFIX = ".items";

    private static final int HEAD_BYTES = 8;

    private final File file;
    private final long number;
    private final RandomAccessFile access;
    private final Deque<Integer> unread = new ArrayDeque<>();
    private final long cut;
    private long end;
    private long offset;

    /** Open or make the segment; whatever follows its last whole item is cut off. */
    Segment(File folder, long number) throws IOException {
        this.file = new File(folder, String.format("%019d%s", number, SUFFIX));
        this.number = number;
        this.access = new RandomAccessFile(file, "rw");
        long length = access.length();
        for (int data = wholeItemAt(end, length); data >= 0; data = wholeItemAt(end, length)) {
            unread.add(data);
            end += HEAD_BYTES + data;
        }
        cut = length - end;
        access.setLength(end);
    }

    /** The number in a segment's file name; fails for a name that no segment has. */
    static long number(String name) throws IOException {
        try {
            return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
        } catch (NumberFormatException problem) {
            throw new IOException("not a segment of a queue: " + name, problem);
        }
    }

    /** Length of the data of the item at this place, or -1 when there is no whole one. */
    private int wholeItemAt(long place, long length) throws IOException {
        if (place + HEAD_BYTES > length) {
            return -1;
        }
        access.seek(place);
        int data = access.readInt();
        int sum = access.readInt();
        if (data < 0 || place + HEAD_BYTES + data > length) {
            return -1;
        }
        return sum == sumOf(readData(data)) ? data : -1;
    }

    private byte[] readData(int length) throws IOException {
        byte[] data = new byte[length];
        access.readFully(data);
        return data;
    }

    private static int sumOf(byte[] data) {
        CRC32 sum = new CRC32();
        sum.update(data, 0, data.length);
        // An empty item must not look like the zero bytes that a file system may leave after a crash.
        return ~(int) sum.getValue();
    }

    /** Append one item with a single write, so that a crash leaves at most one half item, the last. */
    void append(byte[] data) throws IOException {
        byte[] item = ByteBuffer.allocate(HEAD_BYTES + data.length)
                .putInt(data.length).putInt(sumOf(data)).put(data).array();
        access.seek(end);
        access.write(item);
        unread.add(data.length);
        end += item.length;
    }

    /** The first unread item. */
    byte[] read() throws IOException {
        access.seek(offset);
        int length = access.readInt();
        int sum = access.readInt();
        if (unread.isEmpty() || length != unread.peekFirst()) {
            throw new EOFException("no item at " + offset + " of " + file);
        }
        byte[] data = readData(length);
        if (sum != sumOf(data)) {
            throw new IOException("damaged item at " + offset + " of " + file);
        }
        return data;
    }

    /** Count the first unread item as read. */
    void advance() {
        offset += HEAD_BYTES + unread.removeFirst();
    }

    /** Count all items before a place in the file as read. */
    void skipTo(long place) {
        while (!unread.isEmpty() && offset < place) {
            advance();
        }
    }

    int unread() {
        return unread.size();
    }

    long number() {
        return number;
    }

    long offset() {
        return offset;
    }

    long bytes() {
        return end;
    }

    long cutBytes() {
        return cut;
    }

    void force() throws IOException {
        access.getFD().sync();
    }

    void delete() throws IOException {
        close();
        Files.delete(file.toPath());
    }

    @Override
    public void close() throws IOException {
        access.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
