using System.Collections;
using System.Diagnostics;
using System.Globalization;
using Padron.Api.Configuration;

namespace Padron.Benchmarks;

/// <summary>The real program over a register, as a process of its own.</summary>
static class PadronProcess
{
    static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    /// <summary>How to start it, with nothing of this machine's own settings.</summary>
    public static ProcessStartInfo Of(Register register, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(PadronSettings).Assembly.Location, .. arguments])
        {
            WorkingDirectory = register.Directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Key is string name && name.StartsWith("PADRON_", StringComparison.Ordinal))
                start.Environment.Remove(name); // of the machine's own register
        }

        start.Environment["PADRON_DATABASE"] = register.ConnectionString;
        start.Environment["PADRON_CONTACT_KEY_FILE"] = register.KeyFile;
        start.Environment["PADRON_DATA_DIR"] = Path.Combine(register.Directory, "serve");
        return start;
    }

    /// <summary>Runs a command to its end.</summary>
    /// <returns>The most memory that it held at once, in bytes; null where the system does not tell (Linux does).</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<long?> RunAsync(Register register, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(Of(register, arguments))!;
        var said = process.StandardOutput.ReadToEndAsync();
        var ended = process.WaitForExitAsync();
        long? most = null;
        while (await Task.WhenAny(ended, Task.Delay(Glance)) != ended)
            most = Peak(process.Id) ?? most; // the system forgets it with the process
        return process.ExitCode == 0 ? most : throw new InvalidOperationException($"padron {string.Join(' ', arguments)} exited with {process.ExitCode}: {await said}");
    }

    static long? Peak(int process)
    {
        const string Key = "VmHWM:"; // "VmHWM:    123456 kB"
        try
        {
            return File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is { } line
                ? long.Parse(line[Key.Length..^"kB".Length], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) * 1024
                : null; // it has just ended
        }
        catch (IOException)
        {
            return null; // likewise
        }
    }
}
