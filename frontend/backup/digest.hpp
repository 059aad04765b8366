// SHA-256 of what comes in pieces.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace onefrontend::backup {

class Digest {
public:
    Digest();
    void add(std::string_view bytes);
    /// In hex; once.
    std::string end();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace onefrontend::backup
