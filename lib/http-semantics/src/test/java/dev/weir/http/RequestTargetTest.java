package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTargetTest {
    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            9112§3.2.1 ! GET     ! /            ! OriginForm[path=/,query=]
            9112§3.2.1 ! GET     ! /a?b?c       ! OriginForm[path=/a,query=?b?c]
            9112§3.2.1 ! GET     ! /a?          ! OriginForm[path=/a,query=?]
            9112§3.2.1 ! GET     ! //a          ! OriginForm[path=//a,query=]
            9112§3.2.1 ! GET     ! /%41%7e?%00  ! OriginForm[path=/%41%7e,query=?%00]
            9112§3.2.1 ! GET     ! /[a]|{b}^"   ! OriginForm[path=/[a]|{b}^",query=]
            9112§3.2.1 ! GET     ! /:80@x       ! OriginForm[path=/:80@x,query=]
            9112§3.2.2 ! GET     ! HTTP://A:80  ! AbsoluteForm[scheme=http,authority=a:80,path=/,query=]
            9112§3.2.2 ! GET     ! https://a?b  ! AbsoluteForm[scheme=https,authority=a,path=/,query=?b]
            9112§3.2.2 ! GET     ! http://a/@?@ ! AbsoluteForm[scheme=http,authority=a,path=/@,query=?@]
            9112§3.2.4 ! OPTIONS ! http://a     ! AbsoluteForm[scheme=http,authority=a,path=*,query=]
            9112§3.2.4 ! OPTIONS ! http://a/    ! AbsoluteForm[scheme=http,authority=a,path=/,query=]
            9112§3.2.3 ! CONNECT ! a:443        ! AuthorityForm[authority=a:443]
            9112§3.2.3 ! CONNECT ! [::1]:443    ! AuthorityForm[authority=[::1]:443]
            9112§3.2.4 ! OPTIONS ! *            ! AsteriskForm[]
            9112§3.2.3 ! CONNECT ! a            ! Invalid[reason=TARGET_FORM]
            9112§3.2.3 ! CONNECT ! /a           ! Invalid[reason=TARGET_AUTHORITY]
            9112§3.2.3 ! CONNECT ! a:443/b      ! Invalid[reason=TARGET_AUTHORITY]
            9112§3.2.3 ! CONNECT ! http://a:80  ! Invalid[reason=TARGET_AUTHORITY]
            9112§3.2.3 ! GET     ! a:443        ! Invalid[reason=TARGET_FORM]
            9112§3.2.4 ! GET     ! *            ! Invalid[reason=TARGET_FORM]
            9112§3.2   ! GET     ! abc          ! Invalid[reason=TARGET_FORM]
            9112§3.2   ! GET     ! ?a           ! Invalid[reason=TARGET_FORM]
            9112§3.2   ! GET     ! /a#b         ! Invalid[reason=TARGET_CHARACTERS]
            9112§3.2   ! GET     ! http://a#b   ! Invalid[reason=TARGET_AUTHORITY]
            9110§4.2.4 ! GET     ! http://u@a/  ! Invalid[reason=TARGET_AUTHORITY]
            9110§4.2.1 ! GET     ! http:///a    ! Invalid[reason=TARGET_AUTHORITY]
            9110§4.2   ! GET     ! ftp://a/     ! Invalid[reason=SCHEME]
            9112§3.2   ! GET     ! http:/a      ! Invalid[reason=TARGET_FORM]
            3986§2.1   ! GET     ! /%           ! Invalid[reason=TARGET_PERCENT]
            3986§2.1   ! GET     ! /%4          ! Invalid[reason=TARGET_PERCENT]
            3986§2.1   ! GET     ! /a?%zz       ! Invalid[reason=TARGET_PERCENT]
            3986§2.1   ! GET     ! /%00         ! Invalid[reason=TARGET_PERCENT]
            3986§2.1   ! GET     ! /%0d%0a      ! Invalid[reason=TARGET_PERCENT]
            3986§2.1   ! GET     ! /%7F         ! Invalid[reason=TARGET_PERCENT]
            """)
    void parses(String rfc, String method, String target, String expected) {
        assertThat(RequestTarget.parse(method, target).toString().replace(", ", ","))
                .as(rfc)
                .isEqualTo(expected);
    }

    @Test
    void refusesControlsBlanksAndWhatIsntAscii() {
        for (char c : new char[] {0, 1, '\t', '\n', '\r', ' ', 0x7f, 0xe9, 0x100, 0x2028}) {
            for (String target : new String[] {"/" + c, "/?" + c, "http://a/" + c}) {
                assertThat(RequestTarget.parse("GET", target))
                        .as("0x%02x", (int) c)
                        .isEqualTo(new RequestTarget.Invalid(RefusalReason.TARGET_CHARACTERS));
            }
        }
        assertThat(RequestTarget.parse("GET", "")).isInstanceOf(RequestTarget.Invalid.class);
    }
}
