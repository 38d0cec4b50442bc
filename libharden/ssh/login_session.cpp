#include "ssh/login_session.h"

#include <array>

namespace harden {

static constexpr auto ticks_per_second = 100; // USER_HZ, fixed in what /proc shows

Result<Process> parse_process(std::string_view stat)
{
    // "PID (NAME) STATE PARENT …"; the name may hold blanks and brackets
    const auto name_end = stat.rfind(')');
    const auto id = to_number(stat.substr(0, stat.find(' ')));
    if (name_end == std::string_view::npos || !id)
        return Error{ErrorKind::Malformed, "not a process status", {}};
    const auto fields = split(trim(stat.substr(name_end + 1)), ' ');
    if (fields.size() < 20)
        return Error{ErrorKind::Malformed, "a process status is cut short", {}};
    const auto parent = to_number(fields[1]);
    const auto terminal = to_number(fields[4]);
    const auto started = to_number(fields[19]);
    if (!parent || !terminal || !started)
        return Error{ErrorKind::Malformed, "a process status holds no number", {}};
    return Process{static_cast<int>(*id), static_cast<int>(*parent), static_cast<int>(*terminal),
                   std::chrono::milliseconds{*started * 1000 / ticks_per_second}};
}

Result<Process> process_of(const Host& host, std::string_view id)
{
    const auto file = Path{"/proc"} / id / "stat";
    return parse_process(TRY(host.read(file))).during(file.native());
}

std::string session_user(std::string_view title)
{
    for (const std::string_view program : {"sshd: ", "sshd-session: "}) {
        if (!title.starts_with(program))
            continue;
        const auto rest = title.substr(program.size());
        const auto end = rest.ends_with(" [priv]") ? rest.rfind(" [priv]") : rest.rfind('@');
        if (end == std::string_view::npos || rest.find("[listener]") != std::string_view::npos)
            return {};
        return std::string{rest.substr(0, end)};
    }
    return {};
}

// A title can be anybody's; the program behind it cannot.
static bool is_sshd(const Host& host, const Path& process)
{
    const auto program = host.status(process / "exe");
    return program && program->target.filename().native().starts_with("sshd");
}

static std::string title_of(const Host& host, const Path& process)
{
    const auto arguments = host.read(process / "cmdline");
    return arguments ? std::string{arguments->c_str()} : std::string{};
}

Result<std::optional<LoginSession>> login_session(const Host& host)
{
    std::optional<LoginSession> outermost;
    auto process = TRY(process_of(host, "self"));
    for (int steps = 0; process.parent > 1 && steps < 1000; ++steps) {
        process = TRY(process_of(host, std::to_string(process.parent)));
        const auto directory = Path{"/proc"} / std::to_string(process.id);
        const auto user = session_user(title_of(host, directory));
        if (!user.empty() && is_sshd(host, directory))
            outermost = LoginSession{user, process.started, process.id};
    }
    return outermost;
}

bool is_on_console(const Host& host)
{
    const auto process = process_of(host, "self");
    if (!process || process->terminal == 0)
        return false;
    // virtual consoles and serial lines, /dev/console, and the serial lines of hypervisors and
    // boards
    constexpr std::array console_majors{4, 5, 204, 229};
    const int major = process->terminal >> 8 & 0xfff;
    for (const auto known : console_majors)
        if (major == known)
            return true;
    return false;
}

}
