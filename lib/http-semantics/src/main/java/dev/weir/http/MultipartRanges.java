package dev.weir.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The content of an answer with several parts of one representation (RFC 9110 §14.6): what stands before each part and
 * behind the last, so that the octets themselves needn't be touched.
 *
 * @param contentType of the answer
 * @param segments in order
 * @param closing what ends it
 * @param length of all of it, in octets
 */
public record MultipartRanges(String contentType, List<Segment> segments, String closing, long length) {

    /**
     * A part with what stands before it.
     *
     * @param head delimiter and fields, ASCII or octets 0x80 to 0xFF
     * @param part of the representation
     */
    public record Segment(String head, ByteRange.Part part) {}

    /** Copies the segments. */
    public MultipartRanges {
        segments = List.copyOf(segments);
    }

    /**
     * The content for some parts.
     *
     * @param typeOfParts the representation's Content-Type, if it has one
     * @param completeLength of the representation
     * @param boundary at most 70 letters and digits that nobody who writes representations can guess
     */
    public static MultipartRanges of(
            ByteRange.Parts parts, Optional<String> typeOfParts, long completeLength, String boundary) {
        List<Segment> segments = new ArrayList<>(parts.parts().size());
        String type =
                typeOfParts.map(value -> "Content-Type: " + value + "\r\n").orElse("");
        String closing = "\r\n--" + boundary + "--\r\n";
        long length = closing.length();
        for (ByteRange.Part part : parts.parts()) {
            String head = (segments.isEmpty() ? "--" : "\r\n--") + boundary + "\r\n" + type + "Content-Range: "
                    + part.contentRange(completeLength) + "\r\n\r\n";
            segments.add(new Segment(head, part));
            length += head.length() + part.length();
        }
        return new MultipartRanges("multipart/byteranges; boundary=" + boundary, segments, closing, length);
    }
}
