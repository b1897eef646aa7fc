// SPDX-License-Identifier: Apache-2.0
// How long a function's process takes until it waits for its first event (exec to `GET /next` of the Runtime API), and then until
// its first request by TLS, beside programs that do the same: warm and cold page cache, and under the share of a processor
// that Lambda gives to 128 MB. Their runs are interleaved, so that a busy machine is busy for all.
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "http/amazon_roots.h"

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;
using Instant = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::duration<double, std::milli>;

// AWS: a function has a whole vCPU at 1,769 MB, and its share is dealt out in slices of 20 ms.
constexpr int period_us = 20'000;
constexpr int quota_us = period_us * 128 / 1769;

struct Program {
  std::string name;
  std::vector<std::string> command;
  bool calls_aws = false;
};

struct Run {
  double next_ms = 0;
  double next_mib = 0;
  double tls_ms = 0;
  double tls_mib = 0;
};

[[noreturn]] void fail(const std::string& why) {
  fmt::print(stderr, "cold-start: {}\n", why);
  std::exit(1);
}

double resident_mib(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  fail("a program ended before its memory was looked at");
}

// A certificate for localhost, and the file of authorities that a program is to trust: Amazon's own and this one, so that reading
// it takes as long as in the account.
class Certificate {
 public:
  explicit Certificate(const fs::path& folder) : key_file(folder / "key.pem"), file(folder / "ca.pem") {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24L * 60 * 60);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_set_pubkey(certificate, key);
    for (const auto& [id, value] :
         {std::pair{NID_subject_alt_name, "DNS:localhost"}, {NID_basic_constraints, "CA:TRUE"}}) {
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
      X509_add_ext(certificate, extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_sign(certificate, key, EVP_sha256());
    FILE* out = std::fopen(key_file.c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(out);
    out = std::fopen(file.c_str(), "w");
    PEM_write_X509(out, certificate);
    std::fwrite(http::amazon_roots.data(), 1, http::amazon_roots.size(), out);
    std::fclose(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  fs::path key_file;
  fs::path file;
};

// AWS by TLS, which has nothing: answers every request with 404, and notes when the first one came.
class Aws {
 public:
  explicit Aws(const Certificate& certificate) : context_(asio::ssl::context::tls_server) {
    context_.use_certificate_file(certificate.file, asio::ssl::context::pem);
    context_.use_private_key_file(certificate.key_file, asio::ssl::context::pem);
    thread_ = std::thread([this] { serve(); });
  }
  ~Aws() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    thread_.join();
  }
  Aws(const Aws&) = delete;
  Aws& operator=(const Aws&) = delete;

  unsigned short port() const { return acceptor_.local_endpoint().port(); }
  void forget() { first_ = 0; }
  std::optional<Instant> first() const {
    const auto at = first_.load();
    return at == 0 ? std::nullopt : std::optional(Instant(Instant::duration(at)));
  }

 private:
  void serve() {
    while (true) {
      boost::system::error_code error;
      asio::ssl::stream<tcp::socket> stream(io_, context_);
      acceptor_.accept(stream.next_layer(), error);
      if (error) return;
      stream.handshake(asio::ssl::stream_base::server, error);
      while (!error) {
        std::string head;
        asio::read_until(stream, asio::dynamic_buffer(head), "\r\n\r\n", error);
        if (error) break;
        Instant::rep none = 0;
        first_.compare_exchange_strong(none, std::chrono::steady_clock::now().time_since_epoch().count());
        asio::write(
            stream,
            asio::buffer(std::string("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")),
            error);
        break;
      }
    }
  }

  asio::io_context io_;
  asio::ssl::context context_;
  tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
  std::atomic<Instant::rep> first_ = 0;
  std::thread thread_;
};

// The control group that limits a program to the share of 128 MB; none where groups can't be made.
class Share {
 public:
  Share() {
    for (const bool unified : {true, false}) {
      const fs::path root = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
      // Where the first version is mounted, the root is an ordinary folder, and what is made in it limits nothing.
      if (!fs::exists(root / "cgroup.procs")) continue;
      folder_ = root / fmt::format("cold-start-{}", ::getpid());
      std::error_code error;
      if (!fs::create_directory(folder_, error)) continue;
      const bool limited = unified ? write("cpu.max", fmt::format("{} {}", quota_us, period_us))
                                   : write("cpu.cfs_period_us", std::to_string(period_us)) &&
                                         write("cpu.cfs_quota_us", std::to_string(quota_us));
      if (limited) return;
      fs::remove(folder_, error);
    }
    folder_.clear();
  }
  ~Share() {
    std::error_code ignored;
    if (*this) fs::remove(folder_, ignored);
  }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;

  explicit operator bool() const { return !folder_.empty(); }
  std::string members() const { return folder_ / "cgroup.procs"; }

 private:
  bool write(const char* name, const std::string& value) const {
    std::ofstream file(folder_ / name);
    file << value << std::flush;
    return file.good();
  }

  fs::path folder_;
};

class Bench {
 public:
  explicit Bench(const fs::path& folder) : certificate_(folder), aws_(certificate_) {
    const auto runtime = fmt::format("127.0.0.1:{}", acceptor_.local_endpoint().port());
    environment_ = {"PATH=" + std::string(std::getenv("PATH")), "AWS_LAMBDA_RUNTIME_API=" + runtime,
                    fmt::format("AWS_ENDPOINT_URL=https://localhost:{}", aws_.port()), "AWS_REGION=us-east-1",
                    "AWS_DEFAULT_REGION=us-east-1", "AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
                    "QUEUE_NAME=caretaker", "CONFIG_BUCKET=rules", "CONFIG_FILE=rules.json",
                    // Its first request by TLS is to be the first message's, as the others' is.
                    "CARETAKER_WARM_UP=off"};
    started_ = static_cast<Instant::rep*>(
        ::mmap(nullptr, sizeof(Instant::rep), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  }

  Run run(const Program& program, const Share* share) {
    aws_.forget();
    const auto process = start(program, share);
    Run run;
    {
      tcp::socket next = acceptor_.accept();
      expect(next, "GET /2018-06-01/runtime/invocation/next");
      run.next_ms = Milliseconds(std::chrono::steady_clock::now() - Instant(Instant::duration(*started_))).count();
      run.next_mib = resident_mib(process);
      if (program.calls_aws) call(process, next, run);
    }
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
    return run;
  }

 private:
  pid_t start(const Program& program, const Share* share) {
    std::vector<char*> arguments;
    std::vector<char*> environment;
    for (const auto& word : program.command) arguments.push_back(const_cast<char*>(word.c_str()));
    for (const auto& entry : environment_) environment.push_back(const_cast<char*>(entry.c_str()));
    // Amazon's own authorities are built in, so a function waits for its first event without a file of them.
    const auto bundle = certificate_.file.string();
    std::vector<std::string> trust{"AWS_CA_BUNDLE=" + bundle, "NODE_EXTRA_CA_CERTS=" + bundle};
    for (auto& entry : trust) {
      if (program.calls_aws) environment.push_back(entry.data());
    }
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
    const auto members = share ? share->members() : std::string();
    const pid_t process = ::fork();
    if (process != 0) return process;
    if (share) std::ofstream(members) << ::getpid() << std::flush;
    // What it logs is no measurement.
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    *started_ = std::chrono::steady_clock::now().time_since_epoch().count();
    ::execve(arguments[0], arguments.data(), environment.data());
    ::_exit(127);
  }

  static void expect(tcp::socket& socket, std::string_view line) {
    std::string head;
    boost::system::error_code error;
    asio::read_until(socket, asio::dynamic_buffer(head), "\r\n\r\n", error);
    if (error || !head.starts_with(line)) fail(fmt::format("instead of {} came {:?}", line, head.substr(0, 80)));
  }

  // Gives the event of a push, and waits for the answer.
  void call(pid_t process, tcp::socket& next, Run& run) {
    const std::string event =
        R"({"Records":[{"messageId":"1","receiptHandle":"r","attributes":{"SentTimestamp":"1767312000000"},)"
        R"("body":"{\"version\":\"0\",\"id\":\"1\",\"account\":\"123456789012\",\"region\":\"us-east-1\",)"
        R"(\"time\":\"2026-01-02T00:00:00Z\",\"source\":\"aws.ecr\",\"detail-type\":\"ECR Image Action\",)"
        R"(\"detail\":{\"result\":\"SUCCESS\",\"repository-name\":\"shop\",\"image-digest\":\"sha256:)" +
        std::string(64, '0') + R"(\",\"action-type\":\"PUSH\",\"image-tag\":\"1.2.4\"}}","eventSource":"aws:sqs"}]})";
    const auto deadline = std::chrono::system_clock::now() + std::chrono::minutes(1);
    const auto given = std::chrono::steady_clock::now();
    asio::write(next,
                asio::buffer(fmt::format(
                    "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Deadline-Ms: {}\r\n"
                    "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:caretaker\r\n"
                    "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                    std::chrono::duration_cast<std::chrono::milliseconds>(deadline.time_since_epoch()).count(),
                    event.size(), event)));
    // A program may answer on the connection it has, or on another.
    acceptor_.non_blocking(true);
    next.non_blocking(true);
    while (true) {
      boost::system::error_code error;
      tcp::socket other(io_);
      acceptor_.accept(other, error);
      char byte = 0;
      if (!error || ::recv(next.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1) break;
      if (std::chrono::steady_clock::now() - given > std::chrono::minutes(1))
        fail("a program did not answer its event");
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    acceptor_.non_blocking(false);
    run.tls_mib = resident_mib(process);
    const auto first = aws_.first();
    if (!first) fail("a program answered its event without a request by TLS");
    run.tls_ms = Milliseconds(*first - given).count();
  }

  Certificate certificate_;
  Aws aws_;
  asio::io_context io_;
  tcp::acceptor acceptor_{io_, {asio::ip::address_v4::loopback(), 0}};
  std::vector<std::string> environment_;
  Instant::rep* started_ = nullptr;
};

double quantile(std::vector<Run> runs, double Run::* figure, double part) {
  std::ranges::sort(runs, {}, figure);
  return runs[static_cast<std::size_t>(static_cast<double>(runs.size() - 1) * part)].*figure;
}

// Whether the kernel gave up what it had read; only root may ask for it.
bool drop_page_cache() {
  ::sync();
  std::ofstream file("/proc/sys/vm/drop_caches");
  file << "3" << std::flush;
  return file.good();
}

void measure(Bench& bench, const std::string& title, const std::vector<Program>& programs, int count,
             const Share* share, bool cold) {
  std::vector<std::vector<Run>> runs(programs.size());
  for (int i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < programs.size(); ++j) {
      if (cold && !drop_page_cache()) {
        fmt::print("\n{}: not measured, since only root may empty the page cache\n", title);
        return;
      }
      runs[j].push_back(bench.run(programs[j], share));
    }
  }
  fmt::print("\n{}, {} runs, interleaved\n", title, count);
  fmt::print("  {:<34} {:>9} {:>8} {:>7} {:>9} {:>10} {:>9}\n", "", "next ms", "p90", "ratio", "MiB", "TLS ms", "MiB");
  for (std::size_t j = 0; j < programs.size(); ++j) {
    const auto next = quantile(runs[j], &Run::next_ms, 0.5);
    fmt::print("  {:<34} {:>9.2f} {:>8.2f} {:>6.1f}x {:>9.1f}", programs[j].name, next,
               quantile(runs[j], &Run::next_ms, 0.9), next / quantile(runs[0], &Run::next_ms, 0.5),
               quantile(runs[j], &Run::next_mib, 0.5));
    if (programs[j].calls_aws)
      fmt::print(" {:>10.2f} {:>9.1f}", quantile(runs[j], &Run::tls_ms, 0.5), quantile(runs[j], &Run::tls_mib, 0.5));
    fmt::print("\n");
    std::fflush(stdout);
  }
}

}  // namespace

// bench_cold-start [RUNS]
int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 30;
  const char* bin = std::getenv("CARETAKER_BIN");
  if (count < 1 || !bin) fail("usage: script/bench cold-start [RUNS]");
  std::string folder = fs::temp_directory_path() / "cold-start-XXXXXX";
  if (!::mkdtemp(folder.data())) fail("no temporary folder");
  const auto minimal = folder + "/minimal";
  if (std::system(("gcc -O2 -static -o " + minimal + " bench/cold-start/minimal.c").c_str()) != 0) fail("gcc failed");
  // As it ships.
  const auto bootstrap = folder + "/bootstrap";
  if (std::system(fmt::format("strip --strip-all -o {} {}/caretaker-lambda", bootstrap, bin).c_str()) != 0)
    fail("strip failed");
  const std::vector<Program> programs{
      {"C, static glibc, does nothing else", {minimal}},
      {"Caretaker's bootstrap", {bootstrap}},
      {"Caretaker's, AWS_CA_BUNDLE set", {bootstrap}, true},
      {"Node.js, does nothing else", {"/usr/bin/env", "node", "bench/cold-start/minimal.mjs"}},
      {"Node.js, client-apprunner", {"/usr/bin/env", "node", "bench/cold-start/sdk.mjs"}, true},
      {"Python, boto3", {"/usr/bin/python3", "bench/cold-start/boto3_client.py"}, true},
  };
  {
    Bench bench(folder);
    // What was just written lies in the page cache in larger pieces than what was read, and counts for more memory.
    drop_page_cache();
    for (const auto& program : programs) bench.run(program, nullptr);
    measure(bench, "page cache warm", programs, count, nullptr, false);
    measure(bench, "page cache cold", programs, std::max(1, count / 3), nullptr, true);
    if (const Share share; share) {
      measure(bench, fmt::format("the share of 128 MB: control group, {} of {} µs", quota_us, period_us), programs,
              std::max(1, count / 6), &share, false);
    } else {
      fmt::print("\nthe share of 128 MB: not measured, since no control group can be made here\n");
    }
  }
  fs::remove_all(folder);
  return 0;
}
