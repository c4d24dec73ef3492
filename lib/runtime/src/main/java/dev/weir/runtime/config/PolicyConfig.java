package dev.weir.runtime.config;

import dev.weir.settings.Node;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The rules: what stands under {@code policy:}, for the policy engine to read, or the file that holds the same. With
 * neither, the defaults of the policy language hold.
 *
 * @param inline what stands under {@code policy:}, unless that names a file
 * @param file from {@code policy: { file: PATH }}
 */
public record PolicyConfig(Optional<Node> inline, Optional<Path> file) {}
