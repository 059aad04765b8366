// A file that has its name only when all of it is there.
#pragma once

#include "common/fd.hpp"
#include "common/result.hpp"

#include <string>

namespace onefrontend::backup {

class Output {
public:
    /// Replaces nothing. Mode 0600.
    static one::Result<Output> begin(const std::string& path);
    Output(Output&& other) noexcept = default;
    Output& operator=(Output&&) = delete;
    ~Output();
    [[nodiscard]] int descriptor() const { return file_.get(); }
    one::Result<> commit();

private:
    Output(one::Fd folder, one::Fd file, std::string path, std::string name) :
        folder_(std::move(folder)), file_(std::move(file)), path_(std::move(path)), name_(std::move(name))
    {
    }
    [[nodiscard]] std::string part() const { return '.' + name_ + ".part"; }

    one::Fd folder_;
    one::Fd file_;  // closed: thrown away or committed
    std::string path_;
    std::string name_;
};

}  // namespace onefrontend::backup
