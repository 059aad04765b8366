// X.509 as values: requests, certificates and the little CA that `onefrontend signer` holds.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace one::identity {

using Time = std::chrono::system_clock::time_point;

struct Certificate {  // what we read of one
    std::string pem{};
    std::string common_name{};
    std::vector<std::string> dns_names{};
    std::vector<std::string> addresses{};
    std::string public_key{};  // SubjectPublicKeyInfo, DER
    std::string serial{};      // hex
    Time not_before{};
    Time not_after{};
    bool is_authority = false;
};

struct Request {  // a CSR whose own signature was checked; only its key is ever used
    std::string pem{};
    std::string public_key{};  // DER
};

enum class Purpose { client, server };

struct Issue {
    std::string common_name{};
    std::vector<std::string> dns_names{};
    std::vector<std::string> addresses{};
    Purpose purpose = Purpose::client;
    Time not_before{};
    Time not_after{};
};

struct Authority {
    std::string certificate_pem{};
    Secret private_key_pem{};
};

Result<std::string> make_request(const Secret& private_key_pem, std::string_view common_name);
Result<Request> read_request(std::string_view pem);
Result<Certificate> read_certificate(std::string_view pem);
/// All certificates of a PEM bundle, in order.
Result<std::vector<Certificate>> read_certificates(std::string_view pem);

Result<Authority> make_authority(std::string_view common_name, Time not_before, Time not_after);
/// Signs a certificate for this public key; serial numbers are 128 random bits. Returns PEM.
Result<std::string> issue(const Authority& authority, std::string_view public_key_der, const Issue& what);
/// The certificate was signed by the authority and is valid at `now`.
Result<> verify(const Certificate& certificate, std::string_view authority_pem, Time now);

}  // namespace one::identity
