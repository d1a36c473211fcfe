namespace Padron.Integration.Tests.Fixture;

/// <summary>The tree the tests were built from, for tests of what is not code.</summary>
public static class Repository
{
    static readonly string Root = FindRoot();

    /// <param name="path">From the root, with slashes.</param>
    public static string PathOf(string path) => Path.Combine(Root, path);

    static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Cqrs.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException($"No Cqrs.sln above {AppContext.BaseDirectory}.");
        return directory.FullName;
    }
}
