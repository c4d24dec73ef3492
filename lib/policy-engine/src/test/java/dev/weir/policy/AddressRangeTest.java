package dev.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.settings.Cidr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,        10.255.0.1,       true",
        "10.0.0.0/8,        11.0.0.1,         false",
        "10.0.0.0/8,        ::ffff:10.1.1.1,  true",
        "10.1.2.3,          10.1.2.3,         true",
        "10.1.2.3,          10.1.2.4,         false",
        "0.0.0.0/0,         192.0.2.1,        true",
        "0.0.0.0/0,         2001:db8::1,      false",
        "::/0,              2001:db8::1,      true",
        "::/0,              192.0.2.1,        false",
        "2001:db8::/32,     2001:db8:1::1,    true",
        "2001:db8::/32,     2001:db9::1,      false",
        "2001:db8::/65,     2001:db8::1,      true",
        "2001:db8::/65,     2001:db8:0:0:8000::1, false",
        "fd00::1,           fd00::1,          true",
    })
    void holdsTheAddressesOfItsPrefix(String range, String address, boolean inside) {
        assertThat(AddressRange.of(Cidr.parse(range).orElseThrow())
                        .contains(IpAddress.parse(address).orElseThrow()))
                .isEqualTo(inside);
    }
}
