// The table of verbs.
#include "nodeagent/cli/run.hpp"

#include "nodeagent/cli/verbs.hpp"

namespace onenode::cli {

Exit run(const CommandLine& line, World& world)
{
    switch (line.verb) {
    case Verb::join: return line.print_config ? print_config(line.join, world) : join(line.join, world);
    case Verb::leave: return leave(line.leave, world);
    case Verb::status: return status(line.status, world);
    case Verb::doctor: return doctor(line.doctor, world);
    case Verb::history: return history(line.history, world);
    case Verb::agent: return agent(line.agent, world);
    case Verb::prepare: return prepare(line.prepare, world);
    case Verb::version: break;  // main answers it: it needs no world
    }
    return Exit::usage;
}

bool only_tells(const CommandLine& line)
{
    switch (line.verb) {
    case Verb::join: return line.print_config || line.join.dry_run;
    case Verb::doctor: return !line.doctor.fix;
    case Verb::status: return !line.status.exit_code;
    case Verb::prepare: return line.prepare.dry_run;
    case Verb::history:
    case Verb::version: return true;
    case Verb::leave:
    case Verb::agent: break;
    }
    return false;
}

}  // namespace onenode::cli
