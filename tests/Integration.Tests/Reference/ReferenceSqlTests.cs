using System.Globalization;
using Npgsql;
using Padron.Application.Availability;
using Padron.Application.Imports;
using Padron.Domain.Contacts;
using Padron.Domain.Extractions;
using Padron.Domain.Numbering;
using Padron.Integration.Tests.Fixture;
using Padron.Integration.Tests.Projections;
using Padron.MartenExtensions;

namespace Padron.Integration.Tests.Reference;

/// <summary>The SQL of the customer's documents, parsed out of them, on our read schema: docs/reference-sql.md says what becomes of each statement.</summary>
public sealed class ReferenceSqlTests : IClassFixture<ReferenceSqlTests.SmallRegister>
{
    static readonly ReferenceStatement[] Statements = [.. ReferenceDocument.Statements()];

    // What the customer's program would send for the parameters.
    static readonly Dictionary<string, object[]> Arguments = new()
    {
        ["fase2:65"] = [20L],
        ["fase2:391"] = [20, 20L],
        ["fase2:428"] = ["state", "jalisco", "state", "nobody", "state", "nobody", 20L],
        ["fase2:446"] = ["state", "state", "jalisco", "state", "nobody"],
    };

    readonly PadronDatabase database;

    public ReferenceSqlTests(SmallRegister register) => database = register.Database;

    public static TheoryData<string> Running => [.. ReferenceRow.All.Where(row => row.Runs).Select(row => row.Statement)];

    [Fact]
    public void Every_statement_of_the_documents_has_a_row_and_every_row_a_statement() =>
        ReferenceRow.All.Select(row => row.Statement).ShouldBe(Statements.Select(statement => statement.Name));

    [Fact]
    public void A_row_begins_as_its_statement_does_and_says_how_it_runs()
    {
        foreach (var row in ReferenceRow.All)
        {
            Of(row).Words.ShouldStartWith(row.Begins, Case.Sensitive, row.Statement);
            row.Kind.ShouldBeOneOf("unchanged", "mapping", "superseded");
            (row.Replacements.Count > 0).ShouldBe(row.Kind is "mapping", row.Statement);
        }
    }

    [Fact]
    public void The_documents_have_no_SQL_but_in_their_fences() => ReferenceDocument.Elsewhere().ShouldBeEmpty();

    [Theory, MemberData(nameof(Running))]
    public async Task It_runs_on_the_read_schema(string statement)
    {
        var row = ReferenceRow.All.Single(row => row.Statement == statement);
        await using var connection = await OpenAsync();

        var rows = await ReadAsync(connection, row.Apply(Of(row)), Arguments.GetValueOrDefault(statement, []));

        if (!row.Apply(Of(row)).StartsWith("CREATE", StringComparison.Ordinal))
            rows.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Counts_are_those_of_the_product()
    {
        await using var connection = await OpenAsync();
        var availability = database.Get<AvailabilityQueries>();
        var states = await availability.ByPlaceAsync(SelectionKind.State);
        var ladas = await availability.ByPlaceAsync(SelectionKind.Lada);

        (await ReadAsync(connection, "fase1:408")).ShouldBe([$"{SmallRegister.Contacts}"]);
        (await ReadAsync(connection, "fase1:409")).ShouldBe([$"{SmallRegister.Contacts - 1}"]);
        (await ReadAsync(connection, "fase1:410")).ShouldBe(states.Select(state => $"{state.Value}|{state.Total}"), ignoreOrder: true);
        (await ReadAsync(connection, "fase1:411")).ShouldBe(ladas.Select(lada => $"{lada.Value}|{lada.Total}"), ignoreOrder: true);
        (await ReadAsync(connection, "fase2:446")).ShouldBe([$"{await availability.CountAsync(new Selection(SelectionKind.State, StateCode: "JAL"))}"]);
    }

    [Fact]
    public async Task What_it_chooses_can_be_extracted()
    {
        await using var connection = await OpenAsync();

        var premium = await ReadAsync(connection, "fase2:391");
        var place = await ReadAsync(connection, "fase2:428");

        var verified = await database.ReadAsync("select id::text from read.contact_states where status = 'VERIFIED'", r => r.GetString(0));
        premium.Concat(place).Select(row => row.Split('|')[0]).ShouldBeSubsetOf(verified);
        premium.ShouldAllBe(row => row.EndsWith("|33"));
        place.ShouldAllBe(row => row.Contains("|Jalisco|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_view_of_states_has_the_rows_of_the_customers_materialized_view()
    {
        await using var connection = await OpenAsync();
        await ReadAsync(connection, "fase1:458");

        var ours = await ReadAsync(connection, "select * from contacts_by_state", []);

        ours.ShouldBe(await ReadAsync(connection, "select * from by_state", []), ignoreOrder: true);
        ours.ShouldContain("JAL|Jalisco|3|2|3|1"); // of four contacts one opted out, one is out of service, and one of the others was written to
    }

    [Fact]
    public async Task The_view_of_states_reads_no_contact_for_its_counts()
    {
        await using var connection = await OpenAsync();

        (await ReadAsync(connection, "explain select state_code, state_name, total_contacts, active_contacts, mobile_contacts from contacts_by_state", []))
            .ShouldNotContain(line => line.Contains("contact_states", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_changes_a_contact_in_the_read_schema()
    {
        await using var connection = await OpenAsync();
        var update = new ReferenceRow("fase2:190", "", "unchanged", [], "").Apply(Statements.Single(statement => statement.Name == "fase2:190"));

        (await Should.ThrowAsync<PostgresException>(() => ReadAsync(connection, update, ["ana", Array.Empty<Guid>()]))).SqlState.ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
    }

    [Theory]
    [InlineData("```sql\nSELECT 1\n```\n", "has no end")]
    public void A_statement_without_an_end_is_refused(string markdown, string sentence) =>
        Should.Throw<FormatException>(() => ReferenceDocument.Statements("fase9", markdown).ToArray()).Message.ShouldContain(sentence);

    [Fact]
    public void A_mapping_of_words_that_are_not_there_is_refused() =>
        Should.Throw<FormatException>(() => new ReferenceRow("fase9:1", "SELECT", "mapping", [("ACTIVE", "VERIFIED")], "").Apply(new("fase9:1", "SELECT 1")));

    static ReferenceStatement Of(ReferenceRow row) => Statements.Single(statement => statement.Name == row.Statement);

    Task<List<string>> ReadAsync(NpgsqlConnection connection, string statement)
    {
        var row = ReferenceRow.All.Single(row => row.Statement == statement);
        return ReadAsync(connection, row.Apply(Of(row)), Arguments.GetValueOrDefault(statement, []));
    }

    // A line a row, a stroke between columns.
    static async Task<List<string>> ReadAsync(NpgsqlConnection connection, string sql, object[] arguments)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
            command.Parameters.Add(new() { Value = argument });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture))));
        return rows;
    }

    async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { SearchPath = "read", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Contacts of two states in every status that the statements tell apart, and a ranking.</summary>
    public sealed class SmallRegister : IAsyncLifetime
    {
        public const int Contacts = 7;

        public PadronDatabase Database { get; } = new();

        public async Task InitializeAsync()
        {
            await Database.InitializeAsync();
            await Database.GivenVerifiedAsync(3, firstNational: 5510000000);
            var phones = await Database.GivenVerifiedAsync(4, firstNational: 3310000000, stateCode: "JAL", city: "Guadalajara");
            var now = TimeProvider.System.GetUtcNow();
            await TellAsync(phones[0], new ContactOptedOut(phones[0], OptOutMethod.Api, "ALTO", "ana", now));
            await TellAsync(phones[1], new ContactInvalidated(InvalidationReason.OutOfService, now));
            await TellAsync(phones[2], new ContactSent(CampaignId: null, "1", ProviderId: null, now));
            await Database.Get<PremiumMunicipalities>().ReplaceAsync([new(1, "Zapopan", "Jalisco", "33", 90_000), new(2, "Guadalajara", "Jalisco", "33", 80_000)]);
            await Database.CatchUpAsync();
        }

        public Task DisposeAsync() => Database.DisposeAsync();

        async Task TellAsync(PhoneNumber phone, ContactEvent @event) =>
            await Database.Store.AppendAsync(PadronDatabase.Key.IdOf(phone), 2, [@event], EventMetadata.None);
    }
}
