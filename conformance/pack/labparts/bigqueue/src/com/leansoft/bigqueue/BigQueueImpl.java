package com.leansoft.bigqueue;

import java.io.File;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The queue in a folder of its own: segment files with the items, and a small file that says where the front is.
 *
 * <p>A process that dies at any moment loses no item whose enqueue returned: a half-written last item is cut off at the
 * next opening, and an item whose removal was not noted yet comes again.
 */
public class BigQueueImpl implements IBigQueue {

    static final int SEGMENT_BYTES = 8 * 1024 * 1024;

    private static final Log LOG = LogFactory.getLog(BigQueueImpl.class);

    private final File folder;
    private final int segmentBytes;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final Front front;
    private long size;

    /** Open or make the queue {@code name} below {@code parent}. */
    public BigQueueImpl(String parent, String name) throws IOException {
        this(parent, name, SEGMENT_BYTES);
    }

    BigQueueImpl(String parent, String name, int segmentBytes) throws IOException {
        this.folder = new File(parent, name);
        this.segmentBytes = segmentBytes;
        if (!folder.isDirectory() && !folder.mkdirs()) {
            throw new IOException("cannot make the queue folder " + folder);
        }
        openSegments();
        front = new Front(new File(folder, "front"));
        moveFront();
    }

    private void openSegments() throws IOException {
        String[] names = folder.list((parent, name) -> name.endsWith(Segment.SUFFIX));
        if (names == null) {
            throw new IOException("cannot list the queue folder " + folder);
        }
        List<Long> numbers = new ArrayList<>();
        for (String name : names) {
            numbers.add(Segment.number(name));
        }
        numbers.sort(null);
        for (long number : numbers) {
            Segment segment = new Segment(folder, number);
            if (segment.cutBytes() > 0) {
                LOG.warn("Cut " + segment.cutBytes() + " damaged bytes off the end of " + segment);
            }
            segments.add(segment);
        }
    }

    /** Skip what had been taken before: whole segments below the front's one, then items before the front. */
    private void moveFront() throws IOException {
        while (!segments.isEmpty() && segments.peekFirst().number() < front.segment()) {
            segments.removeFirst().delete();
        }
        if (segments.isEmpty()) {
            segments.add(new Segment(folder, front.segment()));
        }
        Segment first = segments.peekFirst();
        if (first.number() == front.segment()) {
            first.skipTo(front.offset());
        }
        for (Segment segment : segments) {
            size += segment.unread();
        }
    }

    @Override
    public synchronized boolean isEmpty() {
        return size == 0;
    }

    @Override
    public synchronized long size() {
        return size;
    }

    @Override
    public synchronized void enqueue(byte[] data) throws IOException {
        if (segments.peekLast().bytes() >= segmentBytes) {
            segments.add(new Segment(folder, segments.peekLast().number() + 1));
        }
        segments.peekLast().append(data);
        size++;
    }

    @Override
    public synchronized byte[] peek() throws IOException {
        if (size == 0) {
            return null;
        }
        return firstUnread().read();
    }

    @Override
    public synchronized byte[] dequeue() throws IOException {
        byte[] data = peek();
        if (data != null) {
            Segment first = firstUnread();
            first.advance();
            front.moveTo(first.number(), first.offset());
            size--;
        }
        return data;
    }

    private Segment firstUnread() throws IOException {
        for (Segment segment : segments) {
            if (segment.unread() > 0) {
                return segment;
            }
        }
        throw new IOException("the queue in " + folder + " holds fewer items than it counted");
    }

    @Override
    public synchronized void removeAll() throws IOException {
        Segment next = new Segment(folder, segments.peekLast().number() + 1);
        front.moveTo(next.number(), 0);
        segments.add(next);
        size = 0;
        gc();
    }

    @Override
    public synchronized void gc() throws IOException {
        for (Iterator<Segment> each = segments.iterator(); each.hasNext();) {
            Segment segment = each.next();
            boolean taken = segment.unread() == 0 || segment.number() < front.segment();
            if (!taken || segment == segments.peekLast()) {
                return;
            }
            segment.delete();
            each.remove();
        }
    }

    @Override
    public synchronized void flush() {
        try {
            segments.peekLast().force();
            front.force();
        } catch (IOException problem) {
            LOG.error("Error in forcing the queue " + folder + " to the disk: " + problem.getMessage(), problem);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        for (Segment segment : segments) {
            segment.close();
        }
        front.close();
    }

    @Override
    public String toString() {
        return folder.getName() + Arrays.asList(size() + " items", segments.size() + " segments");
    }
}
