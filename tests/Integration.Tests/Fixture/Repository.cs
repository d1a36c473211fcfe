namespace Padron.Integration.Tests.Fixture;

/// <summary>The working tree that the tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Cqrs.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException($"No Cqrs.sln above {AppContext.BaseDirectory}.");
        return directory.FullName;
    }
}
