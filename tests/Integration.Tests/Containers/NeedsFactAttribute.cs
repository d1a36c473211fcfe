using System.Diagnostics;

namespace Padron.Integration.Tests.Containers;

/// <summary>A test that needs programs the product does not. Skipped on a machine that lacks them; the build server (CI=true) has to have them.</summary>
sealed class NeedsFactAttribute : FactAttribute
{
    /// <param name="programs">Looked for on the PATH, and in /usr/sbin, which is not on everybody's.</param>
    public NeedsFactAttribute(params string[] programs) => Skip = Programs.WhySkip(programs);
}

/// <summary>Such a test with several sets of values.</summary>
sealed class NeedsTheoryAttribute : TheoryAttribute
{
    public NeedsTheoryAttribute(params string[] programs) => Skip = Programs.WhySkip(programs);
}

/// <summary>A test that runs a program on a read-only root, which takes a mount namespace; not every machine lets others than root make one.</summary>
sealed class NeedsNamespaceFactAttribute : FactAttribute
{
    static readonly Lazy<bool> Possible = new(() =>
    {
        using var trial = Process.Start(new ProcessStartInfo(Programs.Require("unshare"), [.. BuiltImage.Namespaces, "true"]) { UseShellExecute = false, RedirectStandardError = true })!;
        trial.WaitForExit();
        return trial.ExitCode == 0;
    });

    public NeedsNamespaceFactAttribute()
    {
        if (!Programs.MustBeThere && (Programs.Find("unshare") is null || Programs.Find("setpriv") is null || !Possible.Value))
            Skip = "This machine lets you make no mount namespace (unshare --mount): run the test as root, with the package util-linux.";
    }
}

static class Programs
{
    /// <summary>On the build server nothing is skipped.</summary>
    public static bool MustBeThere { get; } = Environment.GetEnvironmentVariable("CI") == "true";

    public static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    /// <returns>Null when all are there, or have to be.</returns>
    public static string? WhySkip(string[] programs)
    {
        var missing = programs.Where(program => Find(program) is null).ToArray();
        return missing.Length > 0 && !MustBeThere ? $"{string.Join(" and ", missing)} is not on this machine: eng/ensure-containers.sh installs it." : null;
    }

    /// <returns>Where it is; on the build server the failure that says what is missing.</returns>
    public static string Require(string program) =>
        Find(program) ?? throw new FileNotFoundException($"{program} is not on this machine: eng/ensure-containers.sh installs it.");
}
