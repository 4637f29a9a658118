// Writes a gnuplot script through gnuplot-iostream, behind functions that C and Swift can call: no C++ type and no
// exception crosses this header.

#ifndef CGNUPLOTIOSTREAM_H
#define CGNUPLOTIOSTREAM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A script being written. Its first error stays with it, and nothing is written after it.
typedef struct gnuplot_script gnuplot_script;

/// Opens the file at `path` for writing and empties it. Returns NULL only where memory has run out; ask
/// `gnuplot_script_error` whether the file could be opened. Ends with `gnuplot_script_free`.
gnuplot_script *gnuplot_script_open(const char *path);

/// Writes `text` and ends the line.
void gnuplot_script_command(gnuplot_script *script, const char *text);

/// Writes `rows` lines of `columns` numbers, stored row by row in `values`, as the datablock `$name`. Every number is
/// written with the 17 digits that give the same double back; what is not a number is written as `nan`.
void gnuplot_script_data(
    gnuplot_script *script, const char *name, const double *values, size_t rows, size_t columns);

/// Writes what is still in memory and closes the file. Only after this does no error mean a whole file.
void gnuplot_script_finish(gnuplot_script *script);

/// Why the script could not be written, or NULL where all is well. Valid until `gnuplot_script_free`.
const char *gnuplot_script_error(const gnuplot_script *script);

/// Closes the file if it is open, and frees the script.
void gnuplot_script_free(gnuplot_script *script);

#ifdef __cplusplus
}
#endif

#endif
