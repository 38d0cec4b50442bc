#include "support/catch.hpp"
#include "system/signature.h"

using namespace harden;

// A pair that was made for this test and thrown away.
static constexpr auto key = "MCowBQYDK2VwAyEAjnHgvPhesXeuKQb/fikI4t5q8Zk/OevfQMCZ788fR3Q=";
static constexpr auto signature =
    "UNLqKDD31rU0y/b6UfdjhpT4gnN9v8xKFkdF9T3NZYWGtZqAn5yF+rpMdGVvI/F1Ks+pnOwBTh1RsKKtIV1ZAQ==";
static constexpr auto text = "sequence = 1\n";

TEST_CASE("an Ed25519 signature is told from any other bytes")
{
    CHECK(check_signature(text, signature, key));
    CHECK(check_signature(text, cat(signature, "\n"), key));
    CHECK(check_signature("sequence = 2\n", signature, key).error().kind == ErrorKind::Denied);
    CHECK(check_signature("", signature, key).error().kind == ErrorKind::Denied);
    const std::string other(86, 'A');
    CHECK(check_signature(text, cat(other, "=="), key).error().kind == ErrorKind::Denied);
    for (const auto* bad : {"", "short", "!!!!", "<html>"}) {
        CAPTURE(bad);
        CHECK(check_signature(text, bad, key).error().kind == ErrorKind::Malformed);
        CHECK(check_signature(text, signature, bad).error().kind == ErrorKind::Malformed);
    }
}
