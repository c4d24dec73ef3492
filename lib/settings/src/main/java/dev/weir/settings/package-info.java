/**
 * YAML read strictly into typed values: every value knows its place, every mistake is reported with file, line, column,
 * cause and the likely meant word. Read {@link dev.weir.settings.YamlReader} first, then
 * {@link dev.weir.settings.Section}.
 */
@NullMarked
package dev.weir.settings;

import org.jspecify.annotations.NullMarked;
