// What a person sees, or a program reads: the same events as lines of text or as lines of JSON ("schema":"onenode/1").
#pragma once

#include "nodeagent/cli/options.hpp"

#include "common/result.hpp"
#include "common/wire/messages.hpp"
#include "nodeagent/checks/check.hpp"
#include "nodeagent/core/plan.hpp"

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace onenode {

enum class Color { yes, no };

struct Detail {  // of an event, for programs
    std::string_view key;
    std::variant<std::string, std::int64_t, bool, std::vector<std::string>> value;

    Detail(std::string_view name, std::string text) : key(name), value(std::move(text)) {}
    Detail(std::string_view name, const char* text) : key(name), value(std::string{text}) {}
    Detail(std::string_view name, int number) : key(name), value(std::int64_t{number}) {}
    Detail(std::string_view name, bool truth) : key(name), value(truth) {}
    Detail(std::string_view name, std::vector<std::string> texts) : key(name), value(std::move(texts)) {}
};
using Details = std::initializer_list<Detail>;

class Terminal {
public:
    Terminal(const OutputOptions& options, Color color, std::FILE* out, std::FILE* error);

    /// A sentence that stands for itself, in bold: what a page is about. Not with --json.
    void headline(const std::string& sentence);
    /// One line of JSON, as it is.
    void object(const std::string& json);
    /// Of a real terminal: what follows is drawn from its top.
    void clear();
    /// A phase begins; what follows belongs to it.
    void begin(std::string_view phase);
    /// How it went, or a thing done in it: one sentence.
    void say(const std::string& sentence, Details details = {});
    /// An answer that is no phase: text as it is, or an event of this name.
    void tell(std::string_view event, const std::string& text, Details details);
    void warn(std::string_view id, const std::string& message, const std::string& fix);
    void show(const Reports& reports);
    /// As doctor does it: also what was not checked, and what comes of it where nobody mends it.
    void show(const Report& report, const Check& check);
    void show(const std::vector<one::wire::Finding>& findings);
    void show(const Step& step, const Change& change);
    void show(const Plan& plan, const Facts& facts);
    /// The last words of a verb that failed; `remains` are lines on what is left and how to go on or back.
    void fail(std::string_view verb, const one::Error& error, const std::vector<std::string>& remains, Exit exit);
    /// The last words of one that did not.
    void finish(std::string_view verb, std::string_view outcome, const std::string& sentence, Exit exit,
                Details details = {});

    [[nodiscard]] int warnings() const { return warnings_; }
    [[nodiscard]] int errors() const { return errors_; }
    [[nodiscard]] bool json() const { return options_.json; }
    /// The errno of the first write to standard output that failed; 0 where all of it got there.
    [[nodiscard]] int lost();
    /// `ok`, or `warnings` where one was shown.
    [[nodiscard]] Exit exit() const { return warnings_ > 0 ? Exit::warnings : Exit::ok; }

private:
    void print(const std::string& text);
    void flush();
    void complain(const std::string& text);
    void emit(std::string_view event, Details details, Details more = {});
    void line(std::string_view text);
    void close_line();
    bool count(std::string_view severity);  // whether it is one to count
    void finding(std::string_view id, std::string_view severity, const std::string& message, const std::string& fix,
                 const std::vector<std::string>& packages = {});
    void print_finding(std::string_view id, std::string_view severity, const std::string& message,
                       const std::string& without_it, const std::string& fix);
    [[nodiscard]] std::string painted(std::string_view text, std::string_view paint) const;

    OutputOptions options_;
    Color color_;
    std::FILE* out_;
    std::FILE* error_;
    std::string phase_{};
    bool line_is_open_ = false;  // the phase's name stands there, what happened not yet
    int warnings_ = 0;
    int errors_ = 0;
    int lost_ = 0;
};

/// "1 change", "2 changes".
std::string counted(std::size_t number, std::string_view thing);

}  // namespace onenode
