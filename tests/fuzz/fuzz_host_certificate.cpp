// What is read of a certificate can be said again, and reads the same.
#include "common/ssh/host_certificate.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    const auto certificate = one::ssh::parse_host_certificate(text);
    if (!certificate || certificate->principals.empty()) return 0;
    const auto said = to_be_signed(*certificate, "nonce");
    one::fuzz::must(said.has_value());
    const auto again = one::ssh::parse_host_certificate(certificate_line(*certificate, *said, "signature"));
    one::fuzz::must(again && *again == *certificate);
    return 0;
}
