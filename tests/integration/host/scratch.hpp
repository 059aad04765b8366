// A small machine below a temporary directory, with an account of its own and whatever a test mounts into it.
#pragma once

#include "nodeagent/host/real_host.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace onenode {

constexpr std::uint32_t oneadmin = 9869;

class OnScratch : public testing::Test {
protected:
    OnScratch();
    ~OnScratch() override;
    void SetUp() override;

    [[nodiscard]] std::string at(std::string_view path) const
    {
        return root_ + std::string{path};
    }  // as the kernel sees it
    void directory(std::string_view path, std::uint32_t uid = 0, std::uint32_t mode = 0755) const;
    void file(std::string_view path, std::string_view text, std::uint32_t uid = 0, std::uint32_t mode = 0644) const;
    void link(std::string_view path, const std::string& target, std::uint32_t uid = 0) const;
    void mount_memory(std::string_view path, const std::string& options) const;
    void mount_read_only(std::string_view path) const;
    [[nodiscard]] std::string text(std::string_view path) const;
    [[nodiscard]] std::vector<std::string> names_in(std::string_view path) const;

    std::string root_;
    RealHost host_;
};

std::string told(const Error& error);

}  // namespace onenode
