using System.Reflection;
using System.Xml.Linq;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests;

/// <summary>Dependencies point one way. A layer may skip ones between and never points back; the domain is everybody's but the event store's.</summary>
public sealed class LayersTests
{
    static readonly string Source = Repository.PathOf("src");

    // Each may use what stands beside it.
    static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Domain"] = [],
        ["MartenExtensions"] = [],
        ["Projections"] = ["MartenExtensions", "Domain"],
        ["Application"] = ["Projections", "MartenExtensions", "Domain"],
        ["Adapters"] = ["Application", "Projections", "MartenExtensions", "Domain"],
        ["Api"] = ["Adapters", "Application", "Projections", "MartenExtensions", "Domain"],
    };

    public static TheoryData<string> Layers => [.. MayUse.Keys];

    [Fact]
    public void Every_project_is_a_layer() =>
        Directory.GetFiles(Source, "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ShouldBe(MayUse.Keys, ignoreOrder: true);

    [Theory, MemberData(nameof(Layers))]
    public void A_project_references_only_layers_below_it(string layer) =>
        Items(layer, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Except(MayUse[layer]).ShouldBeEmpty();

    [Theory, MemberData(nameof(Layers))]
    public void An_assembly_uses_only_layers_below_it(string layer) =>
        Uses(layer).Where(name => name.StartsWith("Padron.", StringComparison.Ordinal) || name == "padron")
            .Except(MayUse[layer].Select(below => "Padron." + below)).ShouldBeEmpty();

    [Fact]
    public void The_domain_has_no_package_and_uses_nothing_but_the_platform()
    {
        Items("Domain", "PackageReference").ShouldBeEmpty();
        Items("Domain", "FrameworkReference").ShouldBeEmpty();
        Uses("Domain").ShouldAllBe(name => name.StartsWith("System."));
    }

    [Fact]
    public void The_event_store_knows_no_contact_so_that_it_could_be_published_by_itself()
    {
        Items("MartenExtensions", "ProjectReference").ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(Source, "MartenExtensions"), "*.sql", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("contact", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    static IEnumerable<string> Items(string layer, string kind) =>
        XDocument.Load(Path.Combine(Source, layer, layer + ".csproj")).Descendants(kind).Select(item => item.Attribute("Include")!.Value.Replace('\\', '/'));

    static IEnumerable<string> Uses(string layer) =>
        Assembly.Load(layer == "Api" ? "padron" : "Padron." + layer).GetReferencedAssemblies().Select(assembly => assembly.Name!);
}
