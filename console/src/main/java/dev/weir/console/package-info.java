/**
 * The admin API and the overview page, on a port of their own. Read {@link dev.weir.console.ConsoleService} first.
 */
@NullMarked
package dev.weir.console;

import org.jspecify.annotations.NullMarked;
