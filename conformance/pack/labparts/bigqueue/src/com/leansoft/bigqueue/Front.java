package com.leansoft.bigqueue;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Where the first item not yet taken lies: segment number and offset, in two slots that are written in turn.
 *
 * <p>A crash in the middle of a write damages at most one slot; the other one still holds the place before it.
 */
final class Front implements Closeable {

    private static final int DATA_BYTES = 24;
    private static final int SLOT_BYTES = DATA_BYTES + 8;

    private final RandomAccessFile access;
    private long turn;
    private long segment;
    private long offset;

    Front(File file) throws IOException {
        access = new RandomAccessFile(file, "rw");
        for (int slot = 0; slot < 2; slot++) {
            load(slot);
        }
    }

    private void load(int slot) throws IOException {
        if (access.length() < (slot + 1L) * SLOT_BYTES) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES);
        access.seek((long) slot * SLOT_BYTES);
        access.readFully(bytes.array());
        boolean whole = bytes.getLong(DATA_BYTES) == sumOf(bytes.array());
        if (whole && bytes.getLong(0) > turn) {
            turn = bytes.getLong(0);
            segment = bytes.getLong(8);
            offset = bytes.getLong(16);
        }
    }

    private static long sumOf(byte[] slot) {
        CRC32 sum = new CRC32();
        sum.update(slot, 0, DATA_BYTES);
        return sum.getValue();
    }

    void moveTo(long newSegment, long newOffset) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES).putLong(turn + 1).putLong(newSegment).putLong(newOffset);
        bytes.putLong(DATA_BYTES, sumOf(bytes.array()));
        access.seek((turn + 1) % 2 * SLOT_BYTES);
        access.write(bytes.array());
        turn++;
        segment = newSegment;
        offset = newOffset;
    }

    long segment() {
        return segment;
    }

    long offset() {
        return offset;
    }

    void force() throws IOException {
        access.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        access.close();
    }
}
