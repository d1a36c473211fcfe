using System.Text;
using Padron.Adapters.Numbering;
using Padron.Domain.Numbering;

namespace Padron.Integration.Tests.Numbering;

public sealed class IftPlanFileTests : IDisposable
{
    const string Header = "ZONA, NUMERACION_INICIAL, NUMERACION_FINAL, OCUPACION, MODALIDAD, RAZON_SOCIAL, FECHA_ASIGNACION";

    const string OldHeader = "CLAVE_CENSAL,POBLACION,MUNICIPIO,ESTADO,PRESUSCRIPCION,REGION,ASL,NIR,SERIE,NUMERACION_INICIAL,"
        + "NUMERACION_FINAL,OCUPACION,TIPO_RED,MODALIDAD,RAZON_SOCIAL,FECHA_ASIGNACION,FECHA_CONSOLIDACION,FECHA_MIGRACION,NIR_ANTERIOR";

    const string Today = Header + """

        9,9995550000,9995559999,10000,CPP,"MÓVILES DE EJEMPLO, S.A. DE C.V.",01/02/2003,
        5,5500100000,5500100999,1000,FIJO,TELEFONÍA DE EJEMPLO,31/12/1999,
        5,5500101000,5500101499,500,MPP,"OPERADORA ""LA BUENA"", S. DE R.L.",15/06/2010,

        """;

    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void The_plan_of_today_is_read_with_its_spaces_quotes_and_trailing_commas() => Read(Today).ShouldBe(
        [
            new(9995550000, 9995559999, LineType.Mobile, "MÓVILES DE EJEMPLO, S.A. DE C.V."),
            new(5500100000, 5500100999, LineType.Fixed, "TELEFONÍA DE EJEMPLO"),
            new(5500101000, 5500101499, LineType.Mobile, "OPERADORA \"LA BUENA\", S. DE R.L."),
        ]);

    [Fact]
    public void A_file_is_read_from_disk()
    {
        File.WriteAllText(path, Today);
        IftPlanFile.Read(path).Count().ShouldBe(3);
    }

    [Fact]
    public void A_byte_order_mark_Latin_1_and_Windows_line_ends_change_nothing()
    {
        var expected = Read(Today);
        IftPlanFile.Read([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Today)]).ShouldBe(expected);
        IftPlanFile.Read(Encoding.Latin1.GetBytes(Today)).ShouldBe(expected);
        Read(Today.ReplaceLineEndings("\r\n")).ShouldBe(expected);
    }

    [Fact]
    public void The_nineteen_columns_of_before_are_read_with_lost_zeros_put_back() => Read(OldHeader + """

        090150001,COLONIA DE EJEMPLO,CUAUHTEMOC,CDMX,1,9,1,55,0010,0000,0999,1000,FIJO,,TELEFONÍA DE EJEMPLO,31/12/1999,,,
        311010001,PUEBLO DE EJEMPLO,MERIDA,YUC,1,8,2,999,55,50,9999,9950,MOVIL,CPP,"MÓVILES DE EJEMPLO, S.A.",01/02/2003,,,
        """).ShouldBe(
        [
            new(5500100000, 5500100999, LineType.Fixed, "TELEFONÍA DE EJEMPLO"),
            new(9990550050, 9990559999, LineType.Mobile, "MÓVILES DE EJEMPLO, S.A."),
        ]);

    [Fact]
    public void What_is_read_makes_a_plan()
    {
        var plan = NumberingPlan.From(Read(Today));
        plan.Find(PhoneNumber.Mexican(5500101250))!.Value.Line.ShouldBe(LineType.Mobile);
        plan.Find(PhoneNumber.Mexican(5500101500)).ShouldBeNull();
    }

    [Theory]
    [InlineData("5,5500100000,5500100999,1000,SATELITE,X,31/12/1999,",
        "Line 2 of the numbering plan: MODALIDAD must be CPP, MPP or FIJO, not 'SATELITE'.")]
    [InlineData("5,550010000,5500100999,1000,CPP,X,31/12/1999,",
        "Line 2 of the numbering plan: a number of ten digits was expected, not '550010000'.")]
    [InlineData("5,5500100000,55001009AB,1000,CPP,X,31/12/1999,",
        "Line 2 of the numbering plan: a number of ten digits was expected, not '55001009AB'.")]
    [InlineData("5,5500100999,5500100000,1000,CPP,X,31/12/1999,",
        "Line 2 of the numbering plan: NUMERACION_FINAL must not be below NUMERACION_INICIAL, as in 5500100999 to 5500100000.")]
    [InlineData("5,5500100000,5500100999", "Line 2 of the numbering plan: at least 5 fields were expected, there are 3.")]
    [InlineData("5,5500100000,5500100999,1000,CPP,X\"Y,31/12/1999,",
        "Line 2 of the numbering plan: a quotation mark stands where none is expected.")]
    public void A_malformed_row_names_its_line_and_what_was_expected(string row, string message) =>
        Should.Throw<InvalidDataException>(() => Read($"{Header}\n{row}\n")).Message.ShouldBe(message);

    [Fact]
    public void The_line_is_counted_as_an_editor_counts_it() =>
        Should.Throw<InvalidDataException>(() => Read(Today + "\n5,1,2,3,CPP,X,,\n")).Message.ShouldStartWith("Line 6 ");

    [Fact]
    public void An_unknown_network_of_the_old_layout_is_refused() =>
        Should.Throw<InvalidDataException>(() => Read($"{OldHeader}\n,,,,,,,55,0010,0000,0999,1000,,CPP,X,,,,\n"))
            .Message.ShouldBe("Line 2 of the numbering plan: TIPO_RED must be MOVIL or FIJO, not ''.");

    [Fact]
    public void A_shifted_row_of_the_old_layout_is_refused() =>
        Should.Throw<InvalidDataException>(() => Read($"{OldHeader}\n,,,,,,,CUAUHTEMOC,0010,0000,0999,1000,FIJO,,X,,,,\n"))
            .Message.ShouldBe("Line 2 of the numbering plan: a number of ten digits was expected, not 'CUAUHTEMOC00100000'.");

    [Theory]
    [InlineData("", "The numbering plan is empty.")]
    [InlineData("id,name\n1,Ana\n",
        "This is not IFT's numbering plan: the column NUMERACION_INICIAL is missing. Its columns are ID, NAME.")]
    public void Another_file_is_refused(string text, string message) =>
        Should.Throw<InvalidDataException>(() => Read(text)).Message.ShouldBe(message);

    static NumberingBlock[] Read(string text) => [.. IftPlanFile.Read(Encoding.UTF8.GetBytes(text))];
}
