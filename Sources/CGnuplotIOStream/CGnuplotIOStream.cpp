// The functions of CGnuplotIOStream.h over gnuplot-iostream, which reports trouble by exceptions and by the state of
// its stream: both become the error string of the script.

#include "CGnuplotIOStream.h"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <iomanip>
#include <limits>
#include <locale>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include <gnuplot-iostream.h>

struct gnuplot_script {
  std::unique_ptr<Gnuplot> stream;
  std::optional<std::string> error;
};

namespace {

void fail(gnuplot_script &script, int code, const char *otherwise) noexcept {
  try {
    script.error = code != 0 ? std::strerror(code) : otherwise;
  } catch (...) {
    script.error.emplace();  // an empty string needs no memory
  }
}

/// Runs `action` unless the script has failed before, and turns every way to fail into the script's error.
template <typename Action>
void attempt(gnuplot_script &script, Action action) noexcept {
  if (script.error) return;
  errno = 0;
  try {
    action();
    if (script.stream && !*script.stream) fail(script, errno, "the file could not be written");
  } catch (const std::exception &exception) {
    fail(script, errno, exception.what());
  } catch (...) {
    fail(script, errno, "an unknown error");
  }
}

}  // namespace

gnuplot_script *gnuplot_script_open(const char *path) {
  gnuplot_script *script = new (std::nothrow) gnuplot_script;
  if (!script) return nullptr;
  attempt(*script, [&] {
    script->stream = std::make_unique<Gnuplot>(">" + std::string(path));
    script->stream->imbue(std::locale::classic());
    *script->stream << std::defaultfloat << std::setprecision(std::numeric_limits<double>::max_digits10);
  });
  return script;
}

void gnuplot_script_command(gnuplot_script *script, const char *text) {
  attempt(*script, [&] { *script->stream << text << '\n'; });
}

void gnuplot_script_data(
    gnuplot_script *script, const char *name, const double *values, size_t rows, size_t columns) {
  attempt(*script, [&] {
    std::vector<std::vector<double>> lines;
    lines.reserve(rows);
    for (size_t row = 0; row < rows; row++) {
      lines.emplace_back(values + row * columns, values + (row + 1) * columns);
    }
    *script->stream << '$' << name << " << e\n";
    script->stream->send1d(lines);  // ends with the line "e", which closes the datablock
  });
}

void gnuplot_script_finish(gnuplot_script *script) {
  attempt(*script, [&] { script->stream->flush(); });
  script->stream.reset();
}

const char *gnuplot_script_error(const gnuplot_script *script) {
  return script->error ? script->error->c_str() : nullptr;
}

void gnuplot_script_free(gnuplot_script *script) {
  delete script;
}
