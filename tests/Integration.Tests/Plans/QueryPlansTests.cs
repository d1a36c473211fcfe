using Padron.Integration.Tests.Fixture;

namespace Padron.Integration.Tests.Plans;

/// <summary>How PostgreSQL answers each query of the code on a full register.</summary>
public sealed class QueryPlansTests(PlannedRegister register) : IClassFixture<PlannedRegister>
{
    /// <summary>Tables that grow with the register or with its work.</summary>
    static readonly HashSet<string> Big =
        ["mt_events", "mt_streams", "contact_states", "contact_profiles", "messages", "dead_letters", "extraction_contacts", "import_rejections"];

    /// <summary>Queries that read the whole of a big table, and why they may.</summary>
    static readonly Dictionary<(string File, string Table), string> Allowed = new()
    {
        [("MartenExtensions/Bulk/BulkLoad.cs", "mt_events")] = "An import asks once whether there is a contact; it stops at the first one, and a store without any is small.",
        [("Projections/Contacts/count-loaded.sql", "contact_states")] = "It counts all that was loaded, once.",
        [("Projections/Search/vocabulary-of-profiles.sql", "contact_profiles")] = "It reads the words of all that was loaded, once.",
        [("MartenExtensions/Queue/status.sql", "messages")] = "It counts every message; for people and meters, and says so.",
        [("MartenExtensions/Queue/status.sql", "dead_letters")] = "It counts every dead letter.",
        [("Application/Segments/SegmentQueries.cs", "contact_states")] = "It counts what only contacts themselves know, one by one, and says so; this one is a word that everybody has.",
        [("Application/Segments/SegmentQueries.cs", "contact_profiles")] = "It counts what only contacts themselves know, one by one, and says so; this one is a word that everybody has.",
        [("Application/Segments/SegmentWalk.cs", "contact_profiles")] = OfAnImport,
        [("Application/Imports/Validation/RegisterChecks.cs", "contact_profiles")] = OfAnImport,
        [("Application/Imports/Validation/RegisterChecks.cs", "contact_states")] = OfTheRegister,
        [("Application/Imports/Validation/duplicates.sql", "contact_profiles")] = OfAnImport,
        [("Application/Imports/Validation/required.sql", "contact_profiles")] = OfAnImport,
        [("Application/Imports/Validation/places.sql", "contact_profiles")] = OfAnImport,
        [("Application/Imports/Validation/streams.sql", "contact_profiles")] = OfAnImport,
        [("Application/Imports/Validation/streams.sql", "contact_states")] = OfTheRegister,
        [("Application/Imports/Validation/streams.sql", "mt_streams")] = OfTheRegister,
        [("Application/Imports/Validation/figures.sql", "contact_profiles")] = OfAnImport,
    };

    const string FreshPass = "Projections/Contacts/contacts-fresh-before.sql"; // over all events, to find the days

    const string OfAnImport = "It reads every contact of an import, and that is most often all there are: an index would cost each load and serve this alone.";

    const string OfTheRegister = "It reads every contact, which takes less than to join those of an import, and most often they are the same.";

    static IReadOnlyList<SourceQuery> Queries { get; } = SourceQuery.In(Repository.PathOf("src"));

    [Fact]
    public void No_query_walks_through_a_big_table()
    {
        var scans = register.Plans.Where(plan => !IsTakeOver(plan) && !IsKeyCheck(plan) && !IsOfRebuild(plan))
            .SelectMany(plan => plan.SequentialScans.Where(Big.Contains).Select(table => (File: FileOf(plan), Table: table, plan.Plan))).ToArray();

        scans.Where(scan => !Allowed.ContainsKey((scan.File, scan.Table))).Select(scan => $"{scan.File}: {scan.Table}\n{scan.Plan}").ShouldBeEmpty();
    }

    [Fact]
    public void What_may_walk_through_a_big_table_still_does()
    {
        var scans = register.Plans.SelectMany(plan => plan.SequentialScans.Select(table => (FileOf(plan), table))).ToHashSet();

        Allowed.Keys.Where(allowed => !scans.Contains(allowed)).ShouldBeEmpty("An exception that nobody needs hides the next bad plan.");
    }

    [Fact]
    public void Every_query_of_the_code_was_planned() =>
        Queries.Where(query => !register.Plans.Any(plan => query.IsIn(plan.Statement))).Select(query => $"{query.File}: {query.Sql}")
            .ShouldBeEmpty("These are run by nothing in PlanScenario: add a step that runs them.");

    [Fact]
    public async Task A_query_without_an_index_is_noticed()
    {
        await using var log = new TemporaryLog(register);

        await log.ExecuteAsync("select id from read.contact_profiles where address = 'nowhere'");

        log.Plans.ShouldHaveSingleItem().SequentialScans.ShouldBe(["contact_profiles"]);
    }

    [Fact]
    public async Task A_walk_whose_index_is_gone_is_noticed()
    {
        const string Walk = "select id, version from read.contact_states where status = 'VERIFIED' and state_code = 'CDMX' order by id limit 50";
        await using var log = new TemporaryLog(register);

        await log.ExecuteAsync(
            $"""
            begin;
            drop index read.contact_states_available_by_state, read.contact_states_available_by_city, read.contact_states_available_by_municipality;
            alter table read.contact_states drop constraint contact_states_pkey;
            {Walk};
            rollback
            """);

        log.Plans.ShouldHaveSingleItem().SequentialScans.ShouldBe(["contact_states"]);
    }

    // An initial load takes over what the live tables hold: the few rows that are no contact's. ShadowTables makes the statement from the catalogue.
    static bool IsTakeOver(CapturedPlan plan) => plan.Statement.StartsWith("insert into loading.", StringComparison.Ordinal);

    // After a load, and after the upgrade that brought the foreign key, PostgreSQL checks once that every event has its stream.
    static bool IsKeyCheck(CapturedPlan plan) => plan.Statement.StartsWith("SELECT fk.", StringComparison.Ordinal);

    // A rebuild runs the projections' own statements over tables beside the live ones, and compares the two in full: what is planned of those statements on
    // the live tables stands under their files, and the plans of its own queries there too.
    static bool IsOfRebuild(CapturedPlan plan) =>
        plan.Statement.Contains("rebuilding_", StringComparison.Ordinal) && SourceOf(plan) is null or { File: FreshPass };

    // Of several queries with holes, the one with the most text of its own.
    static SourceQuery? SourceOf(CapturedPlan plan) => Queries.Where(query => query.IsIn(plan.Statement)).MaxBy(query => query.Sql.Length);

    static string FileOf(CapturedPlan plan) => SourceOf(plan)?.File ?? $"(no query of the code) {plan.Statement}";
}
