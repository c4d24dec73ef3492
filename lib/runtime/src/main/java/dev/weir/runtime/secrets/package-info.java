/** Keys, token and certificates made at the first start. Read {@link dev.weir.runtime.secrets.Secrets} first. */
@NullMarked
package dev.weir.runtime.secrets;

import org.jspecify.annotations.NullMarked;
