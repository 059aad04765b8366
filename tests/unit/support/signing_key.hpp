// A key as gpg exports it: what signs a repository of packages in tests. Its secret half is nowhere.
#pragma once

#include <string_view>

namespace one::test {

inline constexpr std::string_view signing_key = R"(-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawMqFRYJKwYBBAHaRw8BAQdAF0DDTvadSYaQgkrawOu5JZzjXSCrljknTZEo
rABCFG+0EHN0YW5kLWluIDxhQGIuYz6IkAQTFggAOBYhBL4c8mjajanS3i2kcqqY
E9AWPutBBQJrAyoVAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJEKqYE9AW
PutBOB4BAKljbm5vIeeJMaLAFncVYifZxMVPkNA0rstXq/7RXRB9AQDX26zhBSpG
irfd+Qkup6EwAg+ntQfj+GWmeH5bqjxzAw==
=iAo2
-----END PGP PUBLIC KEY BLOCK-----
)";
inline constexpr std::string_view signing_fingerprint = "BE1CF268DA8DA9D2DE2DA472AA9813D0163EEB41";  // as gpg has it

}  // namespace one::test
