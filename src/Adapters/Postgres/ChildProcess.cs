using System.Diagnostics;

namespace Padron.Adapters.Postgres;

/// <summary>How a program ended, and what it wrote: standard output, then standard error.</summary>
sealed record Finished(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}

static class ChildProcess
{
    /// <summary>Runs a program to its end, in <c>/</c>: the server's user may be unable to enter our working directory.</summary>
    /// <remarks>It reads <paramref name="input"/> on standard input. Cancelling kills it and its children.</remarks>
    /// <param name="program">A full path, or the name of one of the system's.</param>
    /// <param name="arguments">Others on the machine can read them: no secrets.</param>
    /// <param name="input">For its standard input.</param>
    /// <param name="ct">Kills it.</param>
    /// <param name="environment">Beside ours, of which it gets no variable that PostgreSQL's programs would read.</param>
    public static async Task<Finished> RunAsync(
        string program, IEnumerable<string> arguments, string input, CancellationToken ct, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Locate(program), arguments)
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name); // PGDATA, PGPORT and the like are about another server
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        start.Environment["LC_ALL"] = "C"; // the operator's locale may be unknown to the server's user, and output is parsed

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            await process.StandardInput.WriteAsync(input.AsMemory(), ct);
            process.StandardInput.Close();
            await process.WaitForExitAsync(ct);
            return new(process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public static bool Exists(string program) => File.Exists(Locate(program));

    /// <summary>A full path, because .NET looks in the working directory before PATH; and cron's PATH lacks sbin.</summary>
    static string Locate(string program) =>
        Path.IsPathRooted(program)
            ? program
            : ((string[])["/usr/bin", "/bin", "/usr/sbin", "/sbin"]).Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists)
            ?? program;
}
