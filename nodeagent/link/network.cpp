// Waiting, resting and being interrupted.
#include "nodeagent/link/network.hpp"

#include "common/text/encoding.hpp"

#include <boost/asio/signal_set.hpp>

#include <csignal>

namespace onenode {
namespace {

constexpr std::chrono::milliseconds first_back_off{500};

Async<Result<>> sleep_for(std::chrono::milliseconds time)
{
    co_await one::pause(time);
    co_return Result<>{};
}

}  // namespace

struct Network::Impl {
    one::asio::io_context loop{1};
    one::asio::signal_set signals{loop};
    one::asio::cancellation_signal stop{};
    bool interrupted = false;

    void interrupt()
    {
        interrupted = true;
        stop.emit(one::asio::cancellation_type::terminal);
    }
};

Network::Network(std::unique_ptr<MonitoringPath> path, Signals signals) :
    impl_(std::make_unique<Impl>()), path_(std::move(path))
{
    if (signals == Signals::leave_alone) return;
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        impl_->signals.add(number);
    impl_->signals.async_wait([this](const boost::system::error_code& cancelled, int) {
        if (cancelled) return;
        impl_->signals.clear();  // the next one kills
        impl_->interrupt();
    });
}

Network::~Network() = default;

Result<> Network::rest(std::chrono::milliseconds time)
{
    TRY(wait(sleep_for(time)));
    if (interrupted()) return one::fail(interruption());
    return {};
}

void Network::interrupt()
{
    impl_->interrupt();
}

bool Network::interrupted() const
{
    impl_->loop.poll();  // a signal may have come while nobody waited
    return impl_->interrupted;
}

void Network::go_on()
{
    impl_->interrupted = false;
}

one::asio::any_io_executor Network::executor()
{
    return impl_->loop.get_executor();
}

bool Network::run_one()
{
    if (impl_->loop.stopped()) impl_->loop.restart();
    return impl_->loop.run_one() != 0;
}

one::asio::cancellation_slot Network::slot()
{
    return impl_->stop.slot();
}

std::chrono::milliseconds Network::back_off(int attempt)
{
    const auto whole = first_back_off * (1 << attempt);
    const auto jitter = static_cast<unsigned char>(one::random_bytes(1).front());
    return whole / 2 + whole * jitter / 512;  // half to whole: nodes that were refused together come back apart
}

one::Error Network::interruption()
{
    return {
        .kind = one::ErrorKind::interrupted, .reason = "interrupted", .next = "run the same command again to go on"};
}

}  // namespace onenode
