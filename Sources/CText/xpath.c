#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ctext.h"

// Some seconds on any machine.
static const unsigned long maximum_steps = 20 * 1000 * 1000;

static pthread_once_t initialised = PTHREAD_ONCE_INIT;

// libxml2 2.12 made the error that handlers are given constant.
#if LIBXML_VERSION >= 21200
typedef const xmlError *error_pointer;
#else
typedef xmlErrorPtr error_pointer;
#endif

struct failure {
  int code;
  // The first words; null before there were any.
  char *words;
};

static void note(void *context, error_pointer error) {
  struct failure *failure = context;
  if (error == NULL) return;
  failure->code = error->code;
  if (error->message == NULL || failure->words != NULL) return;
  failure->words = strndup(error->message, strcspn(error->message, "\n"));
}

static xmlXPathContextPtr make_context(xmlDocPtr document, struct failure *failure) {
  xmlXPathContextPtr context = xmlXPathNewContext(document);
  if (context == NULL) return NULL;
  context->opLimit = maximum_steps;
  context->error = (xmlStructuredErrorFunc)note;
  context->userData = failure;
  return context;
}

static void declare_namespaces(xmlXPathContextPtr context, xmlDocPtr document) {
  xmlNodePtr root = xmlDocGetRootElement(document);
  xmlNsPtr *all = root == NULL ? NULL : xmlGetNsList(document, root);
  if (all == NULL) return;
  for (xmlNsPtr *each = all; *each != NULL; each++) {
    const xmlChar *prefix = (*each)->prefix == NULL ? (const xmlChar *)"_" : (*each)->prefix;
    xmlXPathRegisterNs(context, prefix, (*each)->href);
  }
  xmlFree(all);
}

static void take(mockrec_xpath_result *result, xmlXPathObjectPtr object) {
  switch (object->type) {
    case XPATH_NODESET:
      result->kind = MOCKREC_XPATH_NODES;
      result->count = object->nodesetval == NULL ? 0 : object->nodesetval->nodeNr;
      return;
    case XPATH_BOOLEAN:
      result->kind = MOCKREC_XPATH_BOOL;
      result->count = object->boolval;
      return;
    case XPATH_NUMBER:
      result->kind = MOCKREC_XPATH_NUMBER;
      result->number = object->floatval;
      return;
    case XPATH_STRING:
      result->kind = MOCKREC_XPATH_TEXT;
      result->text = strdup(object->stringval == NULL ? "" : (const char *)object->stringval);
      return;
    default: result->kind = MOCKREC_XPATH_NO_EXPRESSION;
  }
}

mockrec_xpath_result mockrec_xpath(const char *document, size_t bytes, int is_html, const char *expression) {
  pthread_once(&initialised, xmlInitParser);
  mockrec_xpath_result result = {.kind = MOCKREC_XPATH_NO_DOCUMENT};
  struct failure failure = {0, NULL};
  if (bytes > INT_MAX) return result;
  const int quiet = XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET;
  xmlDocPtr parsed =
      is_html ? htmlReadMemory(document, (int)bytes, NULL, "UTF-8",
                               HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET)
              : xmlReadMemory(document, (int)bytes, NULL, "UTF-8", quiet);
  if (parsed == NULL) {
    note(&failure, (error_pointer)xmlGetLastError());
    result.text = failure.words;
    return result;
  }
  xmlXPathContextPtr context = make_context(parsed, &failure);
  if (context != NULL) {
    declare_namespaces(context, parsed);
    xmlXPathObjectPtr object = xmlXPathEvalExpression((const xmlChar *)expression, context);
    if (object != NULL) {
      take(&result, object);
    } else {
      // libxml2 numbers XPath's errors from XML_XPATH_EXPRESSION_OK on.
      int code = failure.code - XML_XPATH_EXPRESSION_OK;
      result.kind = code == XPATH_OP_LIMIT_EXCEEDED || code == XPATH_RECURSION_LIMIT_EXCEEDED
                        ? MOCKREC_XPATH_LIMIT
                        : MOCKREC_XPATH_NO_EXPRESSION;
      result.text = failure.words;
      failure.words = NULL;
    }
    free(failure.words);
    xmlXPathFreeObject(object);
    xmlXPathFreeContext(context);
  }
  xmlFreeDoc(parsed);
  return result;
}

char *mockrec_xpath_problem(const char *expression) {
  pthread_once(&initialised, xmlInitParser);
  struct failure failure = {0, NULL};
  xmlXPathContextPtr context = make_context(NULL, &failure);
  if (context == NULL) return NULL;
  xmlXPathCompExprPtr compiled = xmlXPathCtxtCompile(context, (const xmlChar *)expression);
  if (compiled != NULL) {
    free(failure.words);
    failure.words = NULL;
  } else if (failure.words == NULL) {
    failure.words = strdup("it does not parse");
  }
  xmlXPathFreeCompExpr(compiled);
  xmlXPathFreeContext(context);
  return failure.words;
}
