using Microsoft.Extensions.Configuration;
using Padron.Api.Configuration;
using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Configuration;

public sealed class SettingsTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("padron-settings-");

    [Fact]
    public void Everything_is_optional_and_defaults_to_the_customers_figures()
    {
        var settings = Read();
        settings.Database.IsPrivate.ShouldBeTrue();

        var connection = settings.Database.Connect("Host=db");
        (connection.MinPoolSize, connection.MaxPoolSize, connection.Timeout, connection.ConnectionLifetime, connection.CommandTimeout).ShouldBe((20, 50, 30, 3600, 60));
        (settings.Extractions.Concurrency, settings.Extractions.Timeout).ShouldBe((5, TimeSpan.FromSeconds(300)));
        settings.Cache.Times.ShouldBe(new(TimeSpan.FromSeconds(3600), TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(86400)));
    }

    [Fact]
    public void A_setting_given_holds()
    {
        var settings = Read(
            ("DATABASE", "Host=db;Username=ana"), ("DATABASE_POOL_MAX", "30"), ("DATABASE_QUERY_TIMEOUT", "5"), ("READ_PATIENCE", "0.5"), ("QUEUE_LEASE", "60"),
            ("EXTRACTION_FILE_DAYS", "7"), ("WITHOUT", "Worker, projections"), ("LOG_FORMAT", "json"));

        var connection = settings.Database.Connect(settings.Database.ConnectionString!);
        (connection.Host, connection.Username, connection.MaxPoolSize, connection.CommandTimeout).ShouldBe(("db", "ana", 30, 5));
        settings.ReadModels.Patience.ShouldBe(TimeSpan.FromSeconds(0.5));
        settings.Queue.ForWorker().Lease.ShouldBe(TimeSpan.FromMinutes(1));
        settings.Extractions.FileLifetime.ShouldBe(TimeSpan.FromDays(7));
        settings.Serve.Without.ShouldBe(ServeParts.Worker | ServeParts.Projections);
        settings.Log.Format.ShouldBe(LogFormat.Json);
    }

    [Fact]
    public void A_setting_of_nothing_is_one_that_is_not_set() => Read(("READ_PATIENCE", ""), ("DATABASE", "")).ShouldBe(Read());

    [Theory]
    [InlineData("Host=db;Maximum Pool Size=15;Command Timeout=7")]
    [InlineData("Host=db;MaxPoolSize=15;CommandTimeout=7")]
    public void What_the_connection_string_says_wins(string connectionString)
    {
        var connection = Read(("DATABASE", connectionString), ("DATABASE_POOL_MAX", "30"), ("DATABASE_QUERY_TIMEOUT", "5")).Database.Connect(connectionString);
        (connection.MaxPoolSize, connection.CommandTimeout).ShouldBe((15, 7));
        connection.MinPoolSize.ShouldBe(15); // a pool's minimum above its maximum would be refused
    }

    [Fact]
    public void Every_mistake_is_told_at_once_with_what_to_do() =>
        Should.Throw<FormatException>(() => Read(
            ("DATABASE", "postgres://ana@localhost/padron"), ("DATABASE_POOL_MAX", "many"), ("QUEUE_LEASE", "1"), ("QUEUE_PARALLELISM", "2.5"), ("READ_PATIENCE", "NaN"),
            ("WITHOUT", "http,bots"), ("LOG_LEVEL", "loud"))).Message.Split(Environment.NewLine).ShouldBe(
        [
            "PADRON_DATABASE_POOL_MAX is 'many': give connections from 5 to 500.",
            "PADRON_READ_PATIENCE is 'NaN': give seconds from 0 to 3600.",
            "PADRON_QUEUE_PARALLELISM is '2.5': give messages from 1 to 200.",
            "PADRON_QUEUE_LEASE is '1': give seconds from 3 to 3600.",
            "PADRON_WITHOUT is 'http,bots': give any of http, worker, projections, separated by commas.",
            "PADRON_LOG_LEVEL is 'loud': give one of trace, debug, information, warning, error, critical, none.",
            "PADRON_DATABASE can't be read (Format of the initialization string does not conform to specification starting at index 0.): give a connection string such as Host=localhost;Username=padron;Database=padron.",
        ]);

    [Fact]
    public void A_Redis_that_is_no_address_is_refused() =>
        Should.Throw<FormatException>(() => Read(("REDIS", "redis://redis:6379"))).Message.ShouldBe(
            "PADRON_REDIS can't be read (it names no host): give host and port such as redis:6379, and options after commas.");

    [Fact]
    public void A_secret_may_stand_in_a_file()
    {
        var (database, password) = (Write("database", "Host=db\n"), Write("password", "sésamo;=' \n"));

        var settings = Read(("DATABASE_FILE", database), ("DATABASE_PASSWORD_FILE", password));

        settings.Database.Connect(settings.Database.ConnectionString!).Password.ShouldBe("sésamo;=' ");
        Should.Throw<FormatException>(() => Read(("DATABASE_FILE", database), ("DATABASE", "Host=db"))).Message
            .ShouldBe("PADRON_DATABASE and PADRON_DATABASE_FILE are both set: keep one of them.");
        Should.Throw<FormatException>(() => Read(("DATABASE_FILE", Write("empty", "\n")))).Message.ShouldContain("PADRON_DATABASE_FILE names");
        Should.Throw<FormatException>(() => Read(("DATABASE_FILE", Path.Combine(folder.FullName, "missing")))).Message.ShouldContain("which can't be read");
    }

    [Theory]
    [InlineData("PADRON_DATABASE has a password", "DATABASE", "Host=db;Password=a", "DATABASE_PASSWORD", "b")]
    [InlineData("the private server takes no password", "DATABASE_PASSWORD", "b", "DATABASE", "")]
    [InlineData("PADRON_QUEUE_PARALLELISM is 8 and the pool 10 connections: allow 14 or more", "DATABASE", "Host=db", "DATABASE_POOL_MAX", "10")]
    public void Settings_that_contradict_each_other_are_refused(string sentence, string first, string value, string second, string other) =>
        Should.Throw<FormatException>(() => Read((first, value), (second, other))).Message.ShouldContain(sentence);

    [Fact]
    public void The_documentation_is_up_to_date() =>
        new SettingsPage(SettingsPage.DocumentationOfThisProgram).Render().ShouldBe(
            File.ReadAllText(Repository.PathOf("docs/configuration.md")), "Run `make docs`.");

    [Fact]
    public void What_a_doc_comment_says_of_range_and_default_is_so()
    {
        var page = new SettingsPage(SettingsPage.DocumentationOfThisProgram);
        foreach (var setting in Setting.All)
            page.Value(setting).ShouldBe($"{char.ToUpperInvariant(setting.Range[0])}{setting.Range[1..]}; default {setting.Default}.", setting.Variable);
    }

    [Fact]
    public void A_default_is_in_its_range() =>
        Setting.All.Where(setting => setting.Attribute.Max > 0).ShouldAllBe(setting => setting.Text(setting.Parse(setting.Default)) == setting.Default);

    public void Dispose() => folder.Delete(recursive: true);

    static PadronSettings Read(params (string Name, string Value)[] settings) => PadronSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());

    string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
