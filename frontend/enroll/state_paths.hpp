// Where things lie below state_dir, and who may write them.
//
//   state_dir/            of root, who makes and replaces files here; nobody else can put one into the way
//     server.key          0600, of ssh_user
//     serve/              0700, of ssh_user: serve writes here. Root's verbs open what they know there, and nothing else
//       audit.log         0600, of ssh_user
//     public/             of signer_user, readable by all: what the signer publishes
//       ca.pem            the authorities that count, the one that signs first
//       server.pem        the service's certificate by each of them
//       authority.json
//     signer/             0700, of signer_user
//       ca.key            0600, of the first authority; ca-PIN.key of those that `ca rotate` made
//       ssh-ca.key        0600, vouches for the nodes' SSH host keys
#pragma once

#include <string>

namespace onefrontend {

class StatePaths {
public:
    explicit StatePaths(std::string state_dir) : root_(std::move(state_dir)) {}

    [[nodiscard]] const std::string& root() const { return root_; }
    [[nodiscard]] std::string server_key() const { return root_ + "/server.key"; }
    [[nodiscard]] std::string serve_dir() const { return root_ + "/serve"; }
    [[nodiscard]] std::string audit_log() const { return root_ + "/serve/audit.log"; }
    [[nodiscard]] std::string public_dir() const { return root_ + "/public"; }
    [[nodiscard]] std::string authority_certificate() const { return public_dir() + "/ca.pem"; }
    [[nodiscard]] std::string server_certificate() const { return public_dir() + "/server.pem"; }
    [[nodiscard]] std::string authority_record() const { return public_dir() + "/authority.json"; }
    [[nodiscard]] std::string signer_dir() const { return root_ + "/signer"; }
    [[nodiscard]] std::string authority_key() const { return signer_dir() + "/ca.key"; }
    [[nodiscard]] std::string authority_key(const std::string& pin) const
    {
        return signer_dir() + "/ca-" + pin + ".key";
    }
    [[nodiscard]] std::string ssh_authority_key() const { return signer_dir() + "/ssh-ca.key"; }

private:
    std::string root_;
};

}  // namespace onefrontend
