package com.leansoft.bigqueue;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

import testkit.Expect;

/** The queue in order, over restarts, after crashes in the middle of a write, and on damaged files. */
public final class BigQueueTest {

    private static final String FIRST_SEGMENT = "0000000000000000000.items";

    private final String parent;

    private BigQueueTest(Path parent) {
        this.parent = parent.toString();
    }

    public static void main(String[] arguments) throws Exception {
        Path scratch = Files.createTempDirectory("bigqueue");
        try {
            BigQueueTest test = new BigQueueTest(scratch);
            test.itemsComeInOrder();
            test.itemsAndFrontSurviveARestart();
            test.takenSegmentsAreCollected();
            test.removeAllForgetsOverARestart();
            test.aHalfWrittenItemIsCutOff();
            test.aDamagedItemIsCutOff();
            test.aLostFrontGivesItemsAgain();
            test.aHalfWrittenFrontFallsBack();
            test.anInterruptDoesNotCloseTheQueue();
            test.aFolderThatCannotBeMadeIsNamed();
            test.aStrangeFileIsNamed();
        } finally {
            try (Stream<Path> paths = Files.walk(scratch)) {
                paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    private BigQueueImpl queue(String name) throws IOException {
        return new BigQueueImpl(parent, name, 40);
    }

    private File file(String queue, String name) {
        return new File(new File(parent, queue), name);
    }

    private static void put(IBigQueue queue, String... items) throws IOException {
        for (String item : items) {
            queue.enqueue(item.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String take(IBigQueue queue) throws IOException {
        byte[] data = queue.dequeue();
        return data == null ? null : new String(data, StandardCharsets.UTF_8);
    }

    private void itemsComeInOrder() throws IOException {
        IBigQueue queue = queue("order");
        put(queue, "one", "", "three");
        Expect.equal("one", new String(queue.peek(), StandardCharsets.UTF_8), "peek");
        Expect.equal(3L, queue.size(), "size after peek");
        Expect.equal("one", take(queue), "first");
        Expect.equal("", take(queue), "an empty item");
        Expect.equal("three", take(queue), "third");
        Expect.equal(null, take(queue), "dequeue of an empty queue");
        Expect.equal(null, queue.peek(), "peek of an empty queue");
        Expect.that(queue.isEmpty(), "empty after the last item");
    }

    private void itemsAndFrontSurviveARestart() throws IOException {
        put(queue("restart"), "one", "two", "a longer third item that fills its segment", "four", "five");
        take(queue("restart"));
        IBigQueue again = queue("restart");
        Expect.equal(4L, again.size(), "size after a restart");
        put(again, "six");
        StringBuilder left = new StringBuilder();
        for (String item = take(again); item != null; item = take(again)) {
            left.append(item.charAt(0));
        }
        Expect.equal("taffs", left.toString(), "items after a restart");
        Expect.equal(0L, queue("restart").size(), "size after a restart of the drained queue");
    }

    private void takenSegmentsAreCollected() throws IOException {
        IBigQueue queue = queue("gc");
        for (int number = 0; number < 20; number++) {
            put(queue, "an item of some bytes " + number);
        }
        for (int number = 0; number < 19; number++) {
            take(queue);
        }
        queue.gc();
        Expect.equal(2, new File(parent, "gc").list().length, "files after gc");
        Expect.equal("an item of some bytes 19", take(queue), "the item left after gc");
    }

    private void removeAllForgetsOverARestart() throws IOException {
        IBigQueue queue = queue("removed");
        put(queue, "one", "two");
        queue.removeAll();
        Expect.that(queue.isEmpty() && queue("removed").isEmpty(), "empty after removeAll");
        put(queue, "three");
        Expect.equal("three", take(queue("removed")), "item after removeAll");
    }

    private void aHalfWrittenItemIsCutOff() throws IOException {
        put(queue("torn"), "one", "two");
        try (RandomAccessFile segment = new RandomAccessFile(file("torn", FIRST_SEGMENT), "rw")) {
            segment.setLength(segment.length() - 1);
        }
        IBigQueue again = queue("torn");
        Expect.equal(1L, again.size(), "whole items of a torn file");
        put(again, "three");
        Expect.equal("one", take(again), "item before the tear");
        Expect.equal("three", take(again), "item written after the tear");
    }

    private void aDamagedItemIsCutOff() throws IOException {
        put(queue("damaged"), "one", "two");
        try (RandomAccessFile segment = new RandomAccessFile(file("damaged", FIRST_SEGMENT), "rw")) {
            segment.seek(segment.length() - 1);
            segment.write('X');
        }
        Expect.equal(1L, queue("damaged").size(), "whole items of a damaged file");
        try (RandomAccessFile segment = new RandomAccessFile(file("damaged", FIRST_SEGMENT), "rw")) {
            segment.writeInt(Integer.MAX_VALUE);
        }
        Expect.equal(0L, queue("damaged").size(), "items of a file with an absurd length");
        try (RandomAccessFile segment = new RandomAccessFile(file("damaged", FIRST_SEGMENT), "rw")) {
            segment.setLength(64);
        }
        Expect.equal(0L, queue("damaged").size(), "items of a file full of zero bytes");
    }

    private void aLostFrontGivesItemsAgain() throws IOException {
        IBigQueue queue = queue("front");
        put(queue, "one", "two");
        take(queue);
        Expect.that(file("front", "front").delete(), "front file deleted");
        Expect.equal(2L, queue("front").size(), "items without a front file");
    }

    private void aHalfWrittenFrontFallsBack() throws IOException {
        IBigQueue queue = queue("halffront");
        put(queue, "one", "two", "three");
        take(queue);
        take(queue);
        try (RandomAccessFile front = new RandomAccessFile(file("halffront", "front"), "rw")) {
            front.seek(20);
            front.write('X');
        }
        Expect.equal("two", take(queue("halffront")), "front before the damaged one");
    }

    private void anInterruptDoesNotCloseTheQueue() throws IOException {
        IBigQueue queue = queue("interrupted");
        Thread.currentThread().interrupt();
        put(queue, "one");
        Expect.equal("one", take(queue), "item of an interrupted thread");
        Expect.that(Thread.interrupted(), "interrupt kept");
    }

    private void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Files.write(file(".", "plain").toPath(), new byte[0]);
        IOException problem = Expect.fails(IOException.class, () -> queue("plain"), "a file in the folder's place");
        Expect.that(problem.getMessage().contains("plain"), "message names the folder: " + problem.getMessage());
    }

    private void aStrangeFileIsNamed() throws IOException {
        queue("strange").close();
        Files.write(file("strange", "notes.items").toPath(), new byte[0]);
        IOException problem = Expect.fails(IOException.class, () -> queue("strange"), "a strange file");
        Expect.that(problem.getMessage().contains("notes.items"), "message names the file: " + problem.getMessage());
    }
}
