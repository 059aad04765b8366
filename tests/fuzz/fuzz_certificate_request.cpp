// A machine's request for a certificate: PEM, or DER that is put into one. What is read of it holds a key that can be
// signed for, or nothing.
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/text/encoding.hpp"
#include "tests/fuzz/input.hpp"

#include <string>

namespace {

std::string in_pem(std::string_view kind, std::string_view der)
{
    std::string text = "-----BEGIN " + std::string{kind} + "-----\n";
    const auto body = one::to_base64(der);
    for (std::size_t at = 0; at < body.size(); at += 64)
        text += body.substr(at, 64) + '\n';
    return text + "-----END " + std::string{kind} + "-----\n";
}

void look(std::string_view pem)
{
    const auto request = one::identity::read_request(pem);
    if (request) one::fuzz::must(!one::identity::key_fingerprint(request->public_key).empty());
    (void)one::identity::read_certificate(pem);
    (void)one::identity::read_certificates(pem);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto bytes = one::fuzz::text_of(data, size);
    look(bytes);
    look(in_pem("CERTIFICATE REQUEST", bytes));
    look(in_pem("CERTIFICATE", bytes));
    return 0;
}
