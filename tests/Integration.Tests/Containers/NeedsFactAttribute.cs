namespace Padron.Integration.Tests.Containers;

/// <summary>A test that needs programs the product does not. Skipped on a machine that lacks them; the build server (CI=true) has to have them.</summary>
sealed class NeedsFactAttribute : FactAttribute
{
    static readonly bool OnBuildServer = Environment.GetEnvironmentVariable("CI") == "true";

    /// <param name="programs">Looked for on the PATH, and in /usr/sbin, which is not on everybody's.</param>
    public NeedsFactAttribute(params string[] programs)
    {
        var missing = programs.Where(program => Programs.Find(program) is null).ToArray();
        if (missing.Length > 0 && !OnBuildServer)
            Skip = $"{string.Join(" and ", missing)} is not on this machine: eng/ensure-containers.sh installs it.";
    }
}

static class Programs
{
    public static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    /// <returns>Where it is; on the build server the failure that says what is missing.</returns>
    public static string Require(string program) =>
        Find(program) ?? throw new FileNotFoundException($"{program} is not on this machine: eng/ensure-containers.sh installs it.");
}
